"""The blueprint document: schema, checks and compilation to a plan."""
