"""The composition root: the only place that builds everything from settings. Each process imports its own part."""
