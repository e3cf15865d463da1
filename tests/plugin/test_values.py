"""Values of settings: numbers and spans of time."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from switchhook import Dialable, ExtensionNumber, PhoneNumber, Settings, Span
from switchhook.plugin.values import span


class Chosen(Settings):
    """Settings with one of each."""

    number: PhoneNumber = PhoneNumber("+16505550100")
    targets: frozenset[Dialable] = frozenset()
    wait: Span = timedelta()


def test_phone_number_drops_what_people_write_between_digits():
    """The number compares equal to what the platform sends."""
    assert PhoneNumber("+1 (650) 555-0100") == "+16505550100"
    assert type(PhoneNumber("+16505550100")) is PhoneNumber


@pytest.mark.parametrize(
    ("text", "hint"),
    [("6505550100", "needs \\+"), ("+1650", "7 to 15 digits"), ("+0123456789", "first of them not 0"), ("", "needs")],
)
def test_phone_number_says_what_is_wrong(text, hint):
    """The refusal names the rule that is broken."""
    with pytest.raises(ValueError, match=hint):
        PhoneNumber(text)


@pytest.mark.parametrize("text", ["1", "123456789", "10a", "+101"])
def test_extension_number_refuses_what_is_none(text):
    """Two to eight digits, nothing else."""
    with pytest.raises(ValueError, match="no extension number"):
        ExtensionNumber(text)


@pytest.mark.parametrize("text", ["1", "+1650", "hello", "650555010012345"])
def test_dialable_refuses_what_cannot_be_dialled(text):
    """Neither a telephone number nor an extension number."""
    with pytest.raises(ValueError, match="neither"):
        Dialable(text)


def test_settings_read_numbers_and_spans_from_plain_values():
    """What a TOML file holds becomes the checked value."""
    chosen = Chosen.model_validate({"number": "+1 650 555 0199", "targets": ["101", "+49 30 1234567"], "wait": "5m"})
    assert chosen.number == "+16505550199"
    assert chosen.targets == {"101", "+49301234567"}
    assert chosen.wait == timedelta(minutes=5)


def test_settings_refuse_a_number_given_as_integer():
    """An integer would have lost its plus sign already."""
    with pytest.raises(ValidationError):
        Chosen.model_validate({"number": 16505550100})


@pytest.mark.parametrize(
    ("text", "seconds"), [("20s", 20), ("5m", 300), (" 2 h ", 7200), ("1d", 86400), ("0.5s", 0.5), (7, 7), (1.5, 1.5)]
)
def test_span_reads_every_form(text, seconds):
    """Seconds, minutes, hours, days, or a number of seconds."""
    assert span(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["20", "20 seconds", "-5s", -1, "", True])
def test_span_names_the_accepted_forms(text):
    """Anything else is refused with an example."""
    with pytest.raises(ValueError, match="span of time"):
        span(text)
