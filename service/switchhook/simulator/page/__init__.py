"""The simulator's page for people, on a port of its own. No build step, nothing from elsewhere."""
