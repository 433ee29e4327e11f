"""Pure functions that decide what happens to an order. No I/O, no clock, no database."""
