"""Files to send: what people have at hand, in one shape."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: its content as bytes, as a path to read from, or as a stream of chunks."""

    content: bytes | Path | AsyncIterable[bytes] = field(repr=False)
    name: str = "attachment"
    content_type: str = "application/octet-stream"

    @classmethod
    def of(cls, value: Any) -> File:
        """From a File, bytes, a Path, or (name, content[, content type]). Raises ValueError."""
        if isinstance(value, File):
            return value
        if isinstance(value, bytes):
            return cls(value)
        if isinstance(value, Path):
            if not value.is_file():
                raise ValueError(f"is a file that is not there: {value}")
            return cls(value, value.name, _type_of(value.name))
        if isinstance(value, tuple) and len(value) in {2, 3} and isinstance(value[0], str):
            return cls(value[1], value[0], value[2] if len(value) == 3 else _type_of(value[0]))
        raise ValueError("must be bytes, a Path, a File, or (name, content, content type)")


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
