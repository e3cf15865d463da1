"""What a handler is, and what it is given: Handler, Settings, Context and its verbs."""
