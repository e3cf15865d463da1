"""The catalogue against the index it was made from."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

import pytest

from switchhook.api.catalogue import besides, operation, operations, snake

GROUPS = {
    "API Info": 3,
    "Automatic Location Updates": 30,
    "Business Hours": 4,
    "Calendar Events": 7,
    "Call Blocking": 7,
    "Call Control": 20,
    "Call Forwarding": 5,
    "Call Log": 9,
    "Call Monitoring Groups": 6,
    "Call Queues": 6,
    "Call Recordings": 2,
    "Call Routing": 9,
    "Chats": 12,
    "Company": 4,
    "Conversations": 3,
    "Custom Fields": 4,
    "Devices": 3,
    "Extensions": 4,
    "External Contacts": 8,
    "Fax": 2,
    "Features": 1,
    "Glip Compliance Exports": 4,
    "Glip Profile": 3,
    "Glip Webhooks": 7,
    "Internal Contacts": 4,
    "Meeting Configuration": 4,
    "Meeting Management": 6,
    "Meeting Recordings": 2,
    "Message Exports": 4,
    "Message Store": 9,
    "MMS": 1,
    "Notes": 8,
    "OAuth 2.0": 3,
    "Pager Messages": 1,
    "Paging Only Groups": 3,
    "Phone Numbers": 4,
    "Posts": 14,
    "Presence": 5,
    "Regional Settings": 9,
    "RingOut": 6,
    "Rule Management": 22,
    "SCIM": 13,
    "SIP": 1,
    "SMS": 1,
    "Subscriptions": 6,
    "Tasks": 6,
    "Teams": 13,
    "User Permissions": 2,
    "User Settings": 14,
    "Video Configuration": 2,
}


def test_counts_operations_per_group() -> None:
    """Each of the 50 groups holds as many operations as the index lists, 326 in all, ids unique."""
    assert Counter(item.group for item in operations().values()) == GROUPS
    assert sum(GROUPS.values()) == len(operations()) == 326
    assert len({(item.method, item.path) for item in operations().values()}) == 326


def test_counts_what_became_of_them() -> None:
    """60 operations were renamed, 28 superseded, 12 removed since the index was written, each with its consequence."""
    every = operations().values()
    assert Counter(item.status for item in every) == {"present": 226, "renamed": 60, "superseded": 28, "removed": 12}
    assert all((item.today is not None) == (item.status == "renamed") for item in every)
    assert all(bool(item.successors) == (item.status == "superseded") for item in every)
    assert all(item.deprecated for item in every if item.status in {"superseded", "removed"})


@pytest.mark.parametrize("name", list(operations()))
def test_path_parameters_match_the_path(name: str) -> None:
    """The placeholders of a path, of today's too, are exactly the operation's path parameters, each required."""
    found = operation(name)
    given = [item.name for item in found.parameters if item.place == "path"]
    assert given == re.findall(r"{(\w+)}", found.path)
    if found.today:
        assert given == re.findall(r"{(\w+)}", found.today[1])
        assert found.today[0] == found.method
    assert all(item.required for item in found.parameters if item.place == "path")
    assert len({item.name for item in found.parameters}) == len(found.parameters)
    assert found.rate_group in {"Light", "Medium", "Heavy", "Auth", "NoThrottling"}


def test_own_account_is_the_default_but_never_deletes_itself() -> None:
    """`~` stands for account and extension everywhere but where it would delete the caller's own extension."""
    missing = [
        (item.id, parameter.name)
        for item in operations().values()
        for parameter in item.parameters
        if parameter.place == "path" and parameter.name in {"accountId", "extensionId"} and parameter.default != "~"
    ]
    assert missing == [("deleteExtension", "extensionId")]


def test_finds_by_snake_case_and_names_near_ones() -> None:
    """An id may be spelt in snake case; a misspelt one names its neighbours."""
    assert operation("answer_call_party") is operation("answerCallParty")
    with pytest.raises(ValueError, match="did you mean answerCallParty"):
        operation("answerCalParty")
    assert snake("readAPIVersions") == "read_api_versions"
    assert len({snake(name) for name in operations()}) == 326


@pytest.mark.parametrize(
    ("name", "near"), [("sendFax", "createFaxMessage"), ("send_sms", "createSMSMessage"), ("readUserPresnce", "readU")]
)
def test_names_what_somebody_may_mean(name: str, near: str) -> None:
    """Another library's name has a word in common with ours, a typing mistake most of its letters."""
    with pytest.raises(ValueError, match=f"did you mean .*{near}"):
        operation(name)
    with pytest.raises(ValueError, match="switchhook api --list"):
        operation("xyzzy")


def test_knows_writes_from_reads() -> None:
    """A GET and a search change nothing, everything else does."""
    assert not operation("readExtension").changes_something
    assert not operation("searchDirectoryEntries").changes_something
    assert operation("answerCallParty").changes_something


def test_knows_a_few_operations_besides_the_index() -> None:
    """What automation needs and the index lacks is found by its id, and is not counted among the 326."""
    assert operation("bridgeCallParty").path.endswith("/parties/{partyId}/bridge")
    assert operation("authWsToken").rate_group == "Auth"
    assert not set(besides()) & set(operations())
    assert {item.group for item in besides().values()} == {"Besides the index"}


def test_is_not_read_at_import() -> None:
    """Importing the catalogue module does not parse the catalogue."""
    probe = "import switchhook.api.catalogue as c; raise SystemExit(c._read.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
