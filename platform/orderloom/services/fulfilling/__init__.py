"""From a decision to parcels that have left: hand-over, labels, lists, confirmations."""
