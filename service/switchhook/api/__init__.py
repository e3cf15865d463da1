"""The RingCentral API: catalogue, sans-I/O core, tokens, budget, transport, client."""
