"""Tables and queries. Statements only: no decisions, no commits."""
