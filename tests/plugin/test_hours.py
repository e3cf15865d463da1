"""Hours of the week, in their own time zone."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from switchhook import Hours, Settings

OFFICE = "Mon-Fri 09:00-17:00, Sat 10:00-14:00 Europe/Berlin"


def at(text: str) -> datetime:
    """A moment in UTC. The week of these tests starts on Monday, 2026-01-05; Berlin is an hour ahead."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "within"),
    [
        (OFFICE, "2026-01-05T07:59", False),
        (OFFICE, "2026-01-05T08:00", True),
        (OFFICE, "2026-01-05T15:59", True),
        (OFFICE, "2026-01-05T16:00", False),
        (OFFICE, "2026-01-10T12:00", True),
        (OFFICE, "2026-01-10T13:00", False),
        (OFFICE, "2026-01-11T12:00", False),
        (OFFICE, "2026-07-06T07:00", True),  # summer time
        ("20:00-08:00 UTC", "2026-01-05T23:00", True),
        ("20:00-08:00 UTC", "2026-01-05T07:59", True),
        ("20:00-08:00 UTC", "2026-01-05T08:00", False),
        ("Fri 22:00-02:00 UTC", "2026-01-10T01:00", True),
        ("Fri 22:00-02:00 UTC", "2026-01-09T01:00", False),
        ("Sat-Mon 00:00-24:00 UTC", "2026-01-05T12:00", True),
        ("Sat-Mon 00:00-24:00 UTC", "2026-01-06T12:00", False),
        ("Sun 23:00-01:00 UTC", "2026-01-05T00:30", True),
    ],
)
def test_moment_within_hours(hours, moment, within):
    """The start belongs to them, the end no more; a span over midnight belongs to the day on which it starts."""
    assert (at(moment) in Hours.parse(hours)) is within


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("09:00-17:00", "does not end with a time zone"),
        ("Mon-Fri 09:00-17:00 Europe/Atlantis", "does not end with a time zone"),
        ("Mon-Fri 09:00-17:00 ../etc", "does not end with a time zone"),
        ("Mon-Fri 09:00-17:00 Europe", "does not end with a time zone"),
        ("", "does not end with a time zone"),
        ("Monday 09:00-17:00 UTC", "'Monday 09:00-17:00' .* is no span of hours"),
        ("9-17 UTC", "no span of hours"),
        ("09:00-25:00 UTC", "00:00 to 24:00"),
        ("09:70-10:00 UTC", "00:00 to 24:00"),
    ],
)
def test_hours_in_another_form_name_the_form(text, said):
    """With an example, also inside of settings."""

    class Chosen(Settings):
        hours: Hours

    with pytest.raises(ValueError, match=said):
        Hours.parse(text)
    with pytest.raises(ValidationError, match="1 validation error"):
        Chosen(hours=text)


def test_hours_in_settings():
    """Read from text, kept as they are, written as text, described as text."""

    class Chosen(Settings):
        hours: Hours

    with pytest.raises(ValidationError, match="hours are a text"):
        Chosen.model_validate({"hours": 9})
    assert Chosen.model_json_schema()["properties"]["hours"]["type"] == "string"
    assert Chosen.model_validate({"hours": OFFICE}).hours == Chosen(hours=Hours.parse(OFFICE)).hours
    assert Chosen.model_validate_json(f'{{"hours": "{OFFICE}"}}').model_dump(mode="json") == {"hours": OFFICE}
