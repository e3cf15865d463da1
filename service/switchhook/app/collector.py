"""Python's garbage collector, set for a process that keeps much and throws little in circles."""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 50


def quiet_collector() -> None:
    """Call once everything is loaded: leave that alone, and look for circles seldom.

    By default every 700 new objects start a collection, and every so often one of them walks over everything that
    is alive: with ten thousand records in flight that takes tens of milliseconds, in which no telephone is answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
