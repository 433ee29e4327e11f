"""Records of the blueprints' own models: their tables, what rules write, what people read."""
