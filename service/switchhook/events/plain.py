"""Notifications that are understood and hold no fact beyond themselves: handlers take them as `Notification`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.events.parts import Interpreted, Need, Source
from switchhook.notification import Envelope


def read(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """The notification and nothing else."""
    del answers
    return Interpreted(source.named(f"uuid/{envelope.uuid}"), ())
