"""Orderloom: the order hub that non-technical people build themselves."""

__version__ = "0.1.0"
