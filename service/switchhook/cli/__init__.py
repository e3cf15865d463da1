"""The command `switchhook`.

Exit codes: 0 fine, 1 the answer is no, 2 wrong use (also wrong settings), 3 the platform or the log is away.

    run            supervise ingress and worker                     --settings FILE
    ingress        the public endpoint alone
    worker         the worker with the keeper alone
    demo           the whole thing on a simulated platform          --json --keep
    simulate       a simulated platform until stopped               --json --port --seed --limits on|off
    check          settings, handlers, platform, log                --json
    handlers       list                                             --json
    events         list | show PARTITION:OFFSET                     --json
    subscriptions  list | delete                                    --json
"""

from __future__ import annotations


def main() -> None:
    """Entry point of the command."""
    raise NotImplementedError
