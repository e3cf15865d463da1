"""The handlers that ship with Switchhook; each file is also an example to start from."""
