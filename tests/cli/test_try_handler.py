"""`handlers try`: what a handler would do on a saved event, and why."""

import json

import pytest
from click.testing import CliRunner

from switchhook.cli.try_handler import try_handler
from switchhook.errors import SettingsInvalid, UnknownHandler

RINGING = {
    "event": "CallRinging", "id": "s-1/p-1-3/ringing", "extension_id": "1001", "session_id": "s-1", "party_id": "p-1-3",
    "caller": "+16505550100",
}  # fmt: skip
NOTIFICATION = {
    "uuid": "1", "event": "/restapi/v1.0/account/900/extension/1001/telephony/sessions",
    "timestamp": "2026-01-05T09:00:00.000Z", "subscriptionId": "sub", "ownerId": "1001",
    "body": {
        "sequence": 7, "sessionId": "1", "telephonySessionId": "s-1", "eventTime": "2026-01-05T09:00:00Z",
        "parties": [{
            "accountId": "900", "extensionId": "1001", "id": "p-1-3", "direction": "Inbound",
            "from": {"phoneNumber": "+16505550100"}, "to": {"extensionId": "1001", "phoneNumber": "101"},
            "status": {"code": "Proceeding", "rcc": False},
        }],
        "origin": {"type": "Call"},
    },
}  # fmt: skip


@pytest.fixture
def tried(tmp_path):
    """Runs the verb on a saved object."""

    def run(handler, saved, *options):
        file = tmp_path / "event.json"
        file.write_text(saved if isinstance(saved, str) else json.dumps(saved))
        return CliRunner().invoke(try_handler, [handler, "--event", str(file), *options])

    return run


def test_it_prints_what_would_be_done_and_why(tried):
    """Rule, place, outcome, reason, and each call with its parameters."""
    result = tried("forward", RINGING, "--set", "to=102")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "CallRinging s-1/p-1-3/ringing"
    assert lines[1].startswith("  forward (")
    assert lines[1].endswith("forward.py:35): done: matched")
    assert lines[2].startswith("    1. forwardCallParty {")
    assert '"body":{"extensionNumber":"102"}' in lines[2]
    assert lines[3] == "Nothing was sent: this was a rehearsal."


def test_json_and_settings_in_toml(tried):
    """The same for programs; a setting may be any TOML value."""
    result = tried("forward", RINGING, "--set", "to=102", "--set", 'callers=["+16505550199"]', "--json")
    (event,) = json.loads(result.output)
    (rule,) = event["rules"]
    assert (event["event"], event["id"]) == ("CallRinging", "s-1/p-1-3/ringing")
    assert (rule["rule"], rule["outcome"], rule["calls"]) == ("forward", "skipped", [])
    assert rule["reason"] == "the caller is not one of those to forward"


def test_notification_of_the_platform_is_interpreted(tried):
    """Every event in it is tried; those of no rule say so."""
    result = tried("forward", NOTIFICATION, "--set", "to=102", "--json")
    assert result.exit_code == 0, result.output
    outcomes = {event["event"]: event["rules"][0]["outcome"] for event in json.loads(result.output)}
    assert outcomes["CallRinging"] == "done"
    assert outcomes["Notification"] == "not matched"


def test_reads_are_answered_from_a_file(tried, tmp_path):
    """Without an answer the rule fails, and says what to pass; the exit code tells."""
    failed = tried("answer", RINGING)
    assert failed.exit_code == 1
    assert "answer" in failed.output
    assert "failed: LookupError: the handler reads listExtensionDevices" in failed.output
    answers = tmp_path / "answers.json"
    devices = [{"id": "7", "type": "SoftPhone", "status": "Online"}]
    answers.write_text(json.dumps({"listExtensionDevices": {"records": devices}}))
    fine = tried("answer", RINGING, "--answers", str(answers))
    assert fine.exit_code == 0
    assert "1. answerCallParty" in fine.output


def test_handler_of_a_file(tried, tmp_path):
    """Before it is a package, while it is written."""
    file = tmp_path / "mine.py"
    file.write_text(
        "from switchhook import CallRinging, Handler\nhandler = Handler('mine')\n"
        "@handler.on(CallRinging)\nasync def act(call, ctx):\n    await ctx.acting_as('bot').calls.reject(call)\n"
    )
    result = tried(str(file), RINGING)
    assert "1. rejectParty as bot" in result.output


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        ("{", "is not JSON"),
        ([], "holds no JSON object"),
        ({"event": "CallRining"}, "not 'CallRining'; did you mean CallRinging?"),
        ({"at": "now"}, "not None; there is CallAnswered, CallEnded"),
        ({"event": "CallRinging", "colour": 1}, "CallRinging has no field 'colour'. It has id, at"),
        ({"event": "CallRinging", "caler": "+1"}, "CallRinging has no field 'caler'; did you mean caller?"),
        ({"event": "CallRinging"}, "CallRinging must say session_id, party_id, too"),
        ({"body": {}}, "event.json: "),
        (
            {**NOTIFICATION, "event": "/restapi/v1.0/account/900/extension/1001/message-store",
             "body": {"extensionId": "1001", "changes": [{"type": "SMS", "newCount": 1, "newMessageIds": ["9"]}]}},
            "names messages only: pass --answers with readMessage",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_said(tried, saved, said):
    """Wrong use, each with what to do."""
    result = tried("forward", saved, "--set", "to=102")
    assert result.exit_code == 2
    assert said in result.output


def test_wrong_handler_and_settings_are_errors_of_their_own(tried):
    """As everywhere else."""
    assert isinstance(tried("forwrd", RINGING).exception, UnknownHandler)
    incomplete = tried("forward", RINGING).exception
    assert isinstance(incomplete, SettingsInvalid)
    assert "say settings as --set NAME=VALUE" in str(incomplete)
    assert "write it as NAME=VALUE" in tried("forward", RINGING, "--set", "to").output
    assert "--set callers=[1" in tried("forward", RINGING, "--set", "callers=[1").output
