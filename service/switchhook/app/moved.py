"""Keeps the files of an embedded installation from being taken for those of one with Kafka."""

from __future__ import annotations

from switchhook.errors import Problem, SettingsError
from switchhook.log.offsets import offsets_of
from switchhook.settings import AppSettings


def left_behind(settings: AppSettings) -> str | None:
    """What is wrong if an embedded worker has left its files where one with Kafka would begin; None if all is well.

    The ingress would hand on what that worker has handled, and the new worker knows nothing of it: it would act again,
    and would take the old state for a cache to be made anew.
    """
    if settings.log.kind != "kafka":
        return None
    beside = (offsets_of(path) for path in (settings.state.path, settings.ingress.journal))
    folder = next((offsets.parent for offsets in beside if offsets.exists()), None)
    if folder is None:
        return None
    return (
        f"{folder} holds what an embedded installation has handled, which would be handled again; "
        "set ingress.journal and state.path to a new folder (deploy/README.md: From embedded to Kafka)"
    )


def refuse_what_was_left_behind(settings: AppSettings) -> None:
    """Raises SettingsError."""
    problem = left_behind(settings)
    if problem is not None:
        raise SettingsError([Problem("state.path", problem)])
