"""Connections to the outside: made, watched, renewed, left alone while they fail."""
