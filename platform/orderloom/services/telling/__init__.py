"""Telling people: whom, over what, in which language, and what became of it."""
