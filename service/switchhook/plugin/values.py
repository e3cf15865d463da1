"""Values of settings that are checked when they are read: telephone numbers, extension numbers, spans of time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any


class PhoneNumber(str):
    """A telephone number in E.164 form ("+16505550100"); spaces, dots, dashes and parentheses are dropped.

    Raises ValueError, naming what is wrong, for anything without a leading `+` or with too few or many digits.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> PhoneNumber:
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        raise NotImplementedError


class ExtensionNumber(str):
    """An extension number ("101"): two to eight digits. Raises ValueError."""

    __slots__ = ()

    def __new__(cls, text: str) -> ExtensionNumber:
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        raise NotImplementedError


def span(text: str | float | timedelta) -> timedelta:
    """Read "20s", "5m", "2h", "1d", seconds, or a timedelta. Raises ValueError naming the accepted forms."""
    raise NotImplementedError
