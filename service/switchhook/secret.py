"""A secret in settings: written in place, or by reference to an environment variable or a file."""

from __future__ import annotations

import os
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, SecretStr

# Relative paths are relative to the settings file, wherever the process was started.
folder: ContextVar[Path] = ContextVar("folder", default=Path())


def _reveal(value: object) -> object:
    """Read a secret that is written by reference. Raises ValueError without showing it."""
    if not isinstance(value, dict):
        return value
    if set(value) == {"env"}:
        name = str(value["env"])
        if not os.environ.get(name):
            raise ValueError(f"the environment variable {name} is not set")
        return os.environ[name]
    if set(value) == {"file"}:
        path = folder.get() / str(value["file"])
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ValueError(f"cannot read {path}: {error.strerror}") from None
    raise ValueError('a secret is a string, { env = "NAME" } or { file = "/path" }')


Secret = Annotated[SecretStr, BeforeValidator(_reveal)]
