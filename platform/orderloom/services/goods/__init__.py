"""The products of the hub, and what channels call them."""
