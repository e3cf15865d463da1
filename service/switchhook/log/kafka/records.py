"""Records as Kafka holds them: key and value as they are, the rest in headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from aiokafka.structs import ConsumerRecord

from switchhook.log import NewRecord, Record

_ACCOUNT = "account"
_RECEIVED = "received-at"


def headers_of(record: NewRecord) -> list[tuple[str, bytes]]:
    """Kafka's headers of a record. Its timestamp holds milliseconds only, so the receipt is written out here."""
    own = [(_ACCOUNT, record.account.encode()), (_RECEIVED, repr(record.received_at).encode())]
    return own + [(name, value.encode()) for name, value in record.headers.items()]


def record_of(read: ConsumerRecord[bytes | None, bytes | None]) -> Record:
    """The record. One that somebody else put into the topic has no account, and is received when Kafka says."""
    account = received = b""
    others: list[tuple[str, bytes | None]] = []
    for name, value in read.headers:
        if name == _RECEIVED:
            received = value or b""
        elif name == _ACCOUNT:
            account = value or b""
        else:
            others.append((name, value))
    try:
        received_at = float(received)
    except ValueError:
        received_at = read.timestamp / 1_000
    return Record(
        read.partition,
        read.offset,
        account.decode("utf-8", "replace"),
        None if read.key is None else read.key.decode("utf-8", "replace"),
        read.value or b"",
        received_at,
        _texts(tuple(others)),
    )


@lru_cache(maxsize=100)
def _texts(headers: Sequence[tuple[str, bytes | None]]) -> Mapping[str, str]:
    """Nearly all records of a subscription have the same ones."""
    return {name: (value or b"").decode("utf-8", "replace") for name, value in headers}
