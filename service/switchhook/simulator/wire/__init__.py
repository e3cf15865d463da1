"""The API over HTTP: what reads requests, guards them, and finds the operation that answers. No state of its own."""
