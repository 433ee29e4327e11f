"""What `make` uses before anything is installed: standard library only."""
