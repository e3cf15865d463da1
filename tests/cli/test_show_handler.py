"""`handlers show` and what `handlers list` says when it cannot know everything."""

import json

import pytest
from click.testing import CliRunner

from switchhook.cli.handlers import handlers
from switchhook.registry import discover, load


def said(*arguments):
    """What the command prints to its two streams; it must succeed."""
    result = CliRunner().invoke(handlers, [*arguments])
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_a_handler_is_shown_with_what_one_can_choose():
    """Each rule with when it runs, each setting with its type in words, its default and its documentation."""
    out, _ = said("show", "forward")
    lines = {line.split()[0]: " ".join(line.split()) for line in out.splitlines() if line.split()}
    assert lines["forward:"] == "forward: Send calls straight to somebody else, or to voicemail."
    assert "forward CallRinging overtaken is false; within 1m; nobody has decided the call" in " ".join(out.split())
    assert lines["callers"] == "callers list of numbers [] Numbers whose calls are forwarded; everybody's if empty."
    assert lines["after"].startswith("after span of time 0s ")
    assert lines["to"].startswith("to number nothing ")


def test_every_sort_of_setting_and_condition_has_words():
    """Choices, tables, secrets, spans of a day, rules that are chosen by a setting."""
    assert '"all" or "queues"' in said("show", "do_not_disturb")[0]
    assert "table of text" in said("show", "reply_to_text")[0]
    assert "for caller once in 1d" in said("show", "missed_call_text_back")[0]
    out, _ = said("show", "deliver")
    assert ("chosen by the setting events" in out, "secret" in out, "must be given" in out) == (True, True, True)
    assert 'list of: "CallMissed", "TextReceived"' in said("show", "post_to_chat")[0]


def test_for_programs_it_has_the_schema():
    """Of each setting."""
    told = json.loads(said("show", "answer", "--json")[0])
    assert told["rules"] == [{"name": "answer", "event": "CallRinging"}]
    assert told["settings"]["device"]["type"] == "string"


@pytest.mark.parametrize("name", sorted(discover()))
def test_every_setting_of_the_handlers_that_ship_is_documented(name):
    """In the settings model itself, which is what `show` shows."""
    fields = load(name).settings.model_fields
    assert [field for field, known in fields.items() if not known.description] == []


def test_the_list_says_why_it_does_not_know_what_is_enabled(tmp_path, monkeypatch):
    """Settings that are there and wrong are told beside the list; no settings are no reason to say anything."""
    monkeypatch.chdir(tmp_path)
    out, errors = said("list")
    assert ("forward" in out, errors) == (True, "")
    (tmp_path / "switchhook.toml").write_text("[ingress]\nprt = 1\n")
    out, errors = said("list")
    assert ("forward" in out, "what is enabled is not shown" in errors, "unknown setting" in errors) == (True,) * 3


def test_verbs_are_listed_with_whole_sentences():
    """Nothing is cut off with dots."""
    out, _ = said("--help")
    listed = " ".join(out.partition("Commands:")[2].split())
    assert "List every handler that can be used, what it does, and where it is enabled." in listed
    assert "..." not in listed
