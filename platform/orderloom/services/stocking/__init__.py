"""What warehouses hold: the stock door, counts, and what follows when goods are short."""
