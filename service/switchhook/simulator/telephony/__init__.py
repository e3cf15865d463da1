"""Calls: sessions, their parties, and what moves them from state to state. Knows nothing of HTTP."""
