"""What is measured, never asserted: `make bench`, or `make bench ARGS=ingress` for one."""
