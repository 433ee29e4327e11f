"""Simulators of the platforms: strict about signatures, full of faults, invented data only."""
