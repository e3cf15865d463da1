"""Values of settings that are checked when they are read: numbers one can dial, and spans of time."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import BeforeValidator
from pydantic_core import CoreSchema, core_schema

_SEPARATORS = re.compile(r"[\s().\-/]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EXTENSION = re.compile(r"[0-9]{2,8}")
_SPAN = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(s|m|h|d)\s*")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Dialable(str):
    """A telephone number in E.164 form ("+16505550100") or an extension number ("101"): what a call can go to.

    Spaces, dots, dashes, slashes and parentheses are dropped. Raises ValueError, naming what is wrong.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        return super().__new__(cls, cls._check(_SEPARATORS.sub("", text), text))

    @classmethod
    def _check(cls, number: str, written: str) -> str:
        if _EXTENSION.fullmatch(number) or _E164.fullmatch(number):
            return number
        raise ValueError(
            f"{written!r} is neither a telephone number with + and country code, such as +16505550100, "
            "nor an extension number of 2 to 8 digits, such as 101"
        )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


class PhoneNumber(Dialable):
    """A telephone number in E.164 form ("+16505550100"); spaces, dots, dashes and parentheses are dropped.

    Raises ValueError, naming what is wrong, for anything without a leading `+` or with too few or many digits.
    """

    __slots__ = ()

    @classmethod
    def _check(cls, number: str, written: str) -> str:
        if _E164.fullmatch(number):
            return number
        if not number.startswith("+"):
            raise ValueError(f"{written!r} is no telephone number: it needs + and the country code, as in +16505550100")
        raise ValueError(f"{written!r} is no telephone number: 7 to 15 digits follow the +, the first of them not 0")


class ExtensionNumber(Dialable):
    """An extension number ("101"): two to eight digits. Raises ValueError."""

    __slots__ = ()

    @classmethod
    def _check(cls, number: str, written: str) -> str:
        if _EXTENSION.fullmatch(number):
            return number
        raise ValueError(f"{written!r} is no extension number: it has 2 to 8 digits and nothing else, as in 101")


def span(text: str | float | timedelta) -> timedelta:
    """Read "20s", "5m", "2h", "1d", seconds, or a timedelta. Raises ValueError naming the accepted forms."""
    if isinstance(text, timedelta):
        length = text
    elif isinstance(text, int | float) and not isinstance(text, bool):
        length = timedelta(seconds=text)
    else:
        read = _SPAN.fullmatch(str(text))
        if read is None:
            raise ValueError(f'{text!r} is no span of time: write "20s", "5m", "2h", "1d", or a number of seconds')
        length = timedelta(**{_UNITS[read[2]]: float(read[1])})
    if length < timedelta():
        raise ValueError(f"{text!r} is negative: a span of time runs forward")
    return length


Span = Annotated[timedelta, BeforeValidator(span)]
"""A span of time in settings: "20s", "5m", "2h", "1d", or a number of seconds."""
