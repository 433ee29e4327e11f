"""Blueprints from draft to the live plan."""
