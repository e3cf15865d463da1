"""`python -m switchhook.cli`, which is how `switchhook run` starts its processes."""

from switchhook.cli import main

main()
