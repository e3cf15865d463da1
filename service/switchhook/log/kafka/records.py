"""Records as Kafka holds them: key and value as they are, the rest in headers."""

from __future__ import annotations

from collections.abc import Sequence

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
    headers = {name: value.decode("utf-8", "replace") for name, value in _pairs(read.headers)}
    account = headers.pop(_ACCOUNT, "")
    received = headers.pop(_RECEIVED, "")
    try:
        received_at = float(received)
    except ValueError:
        received_at = read.timestamp / 1_000
    return Record(
        read.partition,
        read.offset,
        account,
        None if read.key is None else read.key.decode("utf-8", "replace"),
        read.value or b"",
        received_at,
        headers,
    )


def _pairs(headers: Sequence[tuple[str, bytes | None]]) -> Sequence[tuple[str, bytes]]:
    return [(name, value or b"") for name, value in headers]
