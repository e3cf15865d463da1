"""Pytest plugin: one fixture, `switchhook`, with a platform, a clock and a service on them."""
