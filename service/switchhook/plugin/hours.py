"""Hours of the week in a time zone, as settings say them: "Mon-Fri 09:00-17:00, Sat 10:00-14:00 Europe/Berlin"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import CoreSchema, core_schema

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = "|".join(_DAYS)
_WINDOW = re.compile(rf"(?:({_DAY})(?:-({_DAY}))?\s+)?(\d\d?):(\d\d)-(\d\d?):(\d\d)", re.IGNORECASE)
_FORM = (
    'write "Mon-Fri 09:00-17:00, Sat 10:00-14:00 Europe/Berlin"; days may be left out, 20:00-08:00 runs over midnight'
)


@dataclass(frozen=True, slots=True)
class _Window:
    days: frozenset[int]
    opens: int
    closes: int
    """Minutes since midnight; less than or equal to `opens`: on the next day."""

    def holds(self, day: int, minute: int) -> bool:
        if self.opens < self.closes:
            return day in self.days and self.opens <= minute < self.closes
        return (day in self.days and minute >= self.opens) or ((day - 1) % 7 in self.days and minute < self.closes)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the week; `moment in hours` tells whether an aware datetime is within them, in their own time zone.

    The end belongs to them no more. Raises ValueError for a text in another form, naming the form.
    """

    text: str
    zone: ZoneInfo
    windows: tuple[_Window, ...]

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read them from the form that settings have."""
        windows, _, name = text.strip().rpartition(" ")
        try:
            zone = ZoneInfo(name)
        except (ValueError, KeyError):
            raise ValueError(f"{text!r} does not end with a time zone such as Europe/Berlin or UTC: {_FORM}") from None
        return cls(text.strip(), zone, tuple(_window(part.strip(), text) for part in windows.split(",")))

    def __contains__(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        return any(window.holds(local.weekday(), local.hour * 60 + local.minute) for window in self.windows)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_read, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "examples": ["Mon-Fri 09:00-17:00 Europe/Berlin"]}


def _read(value: object) -> Hours:
    if isinstance(value, Hours):
        return value
    if not isinstance(value, str):
        raise ValueError(f"hours are a text: {_FORM}")  # noqa: TRY004 - pydantic reports ValueError by its place
    return Hours.parse(value)


def _window(part: str, text: str) -> _Window:
    read = _WINDOW.fullmatch(part)
    if read is None:
        raise ValueError(f"{part!r} in {text!r} is no span of hours: {_FORM}")
    first, last = (_DAYS.index(day.capitalize()) if day else None for day in read.group(1, 2))
    if first is None:
        days = frozenset(range(7))
    else:
        days = frozenset((first + step) % 7 for step in range(((first if last is None else last) - first) % 7 + 1))
    opens, closes = (int(hour) * 60 + int(minute) for hour, minute in (read.group(3, 4), read.group(5, 6)))
    if opens >= 24 * 60 or closes > 24 * 60 or any(int(minute) > 59 for minute in read.group(4, 6)):
        raise ValueError(f"{part!r} in {text!r}: a day has the hours 00:00 to 24:00")
    return _Window(days, opens, closes)
