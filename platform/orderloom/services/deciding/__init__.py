"""Rules at work: what they read, what they do, and why."""
