"""Reads the log, interprets and folds, runs handlers in lanes, keeps effects, parks, retries, commits."""
