"""A real Apache Kafka for one benchmark."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kafka import Broker, missing


@contextmanager
def broker() -> Iterator[Broker | None]:
    """Runs inside the block; None, and a line that says why, where none can run."""
    reason = missing()
    if reason is not None:
        print(f"  without Kafka: {reason}")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="switchhook-kafka-") as folder:
        made = Broker(Path(folder))
        try:
            made.start()
            yield made
        finally:
            made.kill()
