"""RQ functions: parse arguments, open the transaction, call one service."""
