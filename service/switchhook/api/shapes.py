"""Bodies and answers as TypedDicts, for annotations; `shapes.pyi`, which is generated, holds their fields.

At run time they are what they are: dictionaries, with every field that the platform sent.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return dict
