"""The HTTP API: parse, open the transaction, call one service, dump. No SQL, no rules."""
