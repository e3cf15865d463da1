"""What happened: the event types, the reading of notifications, and the folding of telephony into calls. Pure."""
