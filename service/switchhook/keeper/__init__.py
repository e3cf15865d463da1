"""Reconciles the subscriptions that exist with those that the enabled handlers need."""
