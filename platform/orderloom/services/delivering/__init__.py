"""The outbox: messages written with their cause and sent until answered."""
