"""Orders in the hub: loaded, settled, held, returned, shown."""
