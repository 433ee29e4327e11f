"""The hub itself: its work, its health, its home screen, what needs a person."""
