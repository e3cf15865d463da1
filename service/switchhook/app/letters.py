"""Dead letters as a process sees them that is no worker: from the worker's file, or with Kafka from their topic."""

from __future__ import annotations

import structlog

from switchhook.settings import AppSettings
from switchhook.state import Table
from switchhook.state.view import StateView
from switchhook.worker.dead_letters import DeadLetter

_log = structlog.get_logger("switchhook")


async def dead_letters(settings: AppSettings) -> list[DeadLetter]:
    """All of them, oldest first; with Kafka those of every account, whoever owns it. Raises StateUnavailable,
    LogUnavailable.
    """
    values = _of_file(settings) if settings.log.kind == "sqlite" else await _of_topic(settings)
    letters = []
    for key, value in values.items():
        try:
            letters.append(DeadLetter.restore(value))
        except (ValueError, KeyError, TypeError) as error:  # written by another version, or by somebody else
            _log.warning("a dead letter cannot be read", id=key, reason=str(error))
    return sorted(letters, key=lambda letter: letter.at)


def _of_file(settings: AppSettings) -> dict[str, bytes]:
    view = StateView(settings.state.path)
    try:
        return {entry.key: entry.value for entry in view.entries(Table.DEAD)}
    finally:
        view.close()


async def _of_topic(settings: AppSettings) -> dict[str, bytes]:
    from switchhook.log.kafka.compacted import KafkaCompactedTopic  # who has no Kafka need not load its client
    from switchhook.log.kafka.topics import DEAD_LETTERS

    topic = KafkaCompactedTopic(settings.log, DEAD_LETTERS)
    contents = await topic.contents()
    return {record.key: record.value or b"" for records in contents.values() for record in records}
