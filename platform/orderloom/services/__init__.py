"""What must happen together. Every function takes its transaction from the caller."""
