"""How long people, phones and the platform take, and what it lets them do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Times:
    """Seconds that people, phones and the platform take: each a knob."""

    ring: float = 30.0
    """A phone that nobody answers rings so long; then voicemail takes the call."""
    voicemail: float = 10.0
    """A caller speaks so long to the voicemail."""
    pick_up: float = 0.0
    """A device that was told to answer takes so long; 0: as soon as the command is answered."""
    agent: float = 20.0
    """An agent's phone rings so long for a queue."""
    queue_pause: float = 5.0
    """A queue that found nobody tries again after so long."""
    queue: float = 120.0
    """A caller waits so long in a queue; then the queue's voicemail takes the call."""
    park: float = 180.0
    """A parked call comes back to who parked it after so long."""
    conference: float = 38.0
    """The host of a conference must have called in within so long (RingCentral guide: conferencing)."""
    call_log: float = 30.0
    """A call is in the call log so long after its end."""
    recording: float = 60.0
    """A recording can be fetched so long after the end of its call."""
    drops_any: bool = True
    """Whether a party of any call can be dropped, as the guide shows it; else, as the specification says, only one that
    is parked, supervises, or is in a conference (TAS-106).
    """
