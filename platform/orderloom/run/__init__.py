"""Running the hub on one machine: its processes, its broker, its ports."""
