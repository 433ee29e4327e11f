"""How orders come in: pulled, pushed or named, landed once, read and mapped."""
