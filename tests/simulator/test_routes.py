"""Every path of the index, every path of today, and what is none."""

from __future__ import annotations

import pytest

from switchhook.simulator.errors import Refused
from switchhook.simulator.routes import allowed, find
from switchhook.simulator.schemas import operations


def filled(path: str) -> str:
    """A path with something in place of its parameters."""
    return "/".join("x1" if step.startswith("{") else step for step in path.split("/"))


@pytest.mark.parametrize("operation", sorted(operations()))
def test_every_operation_is_found_by_its_paths(operation: str) -> None:
    """The path of the index and, where renamed, today's lead to the operation; a slash at the end does not matter."""
    shape = operations()[operation]
    route = find(shape["method"], filled(shape["path"]))
    assert (route.operation.id, route.today) == (operation, False)
    assert find(shape["method"], filled(shape["path"]) + "/").operation.id == operation
    if "today" in shape:
        route = find(shape["method"], filled(shape["today"]["path"]))
        assert (route.operation.id, route.today) == (operation, True)


def test_fixed_words_come_before_parameters() -> None:
    """`/company/contacts` style words win over an id in the same place, and values are decoded."""
    base = "/restapi/v1.0/account/~/extension/~/caller-blocking"
    assert find("GET", base).operation.id == "readCallerBlockingSettings"
    assert find("GET", f"{base}/phone-numbers").operation.id == "listBlockedAllowedNumbers"
    route = find("GET", f"{base}/phone-numbers/a%2Cb")
    assert route.path == {"accountId": "~", "extensionId": "~", "blockedNumberId": "a,b"}


def test_the_old_prefix_of_team_messaging_is_an_alias() -> None:
    """Superseded resources answer under today's prefix as well."""
    assert find("POST", "/team-messaging/v1/cards").operation.id == "createGlipCard"


def test_unknown_paths_and_wrong_methods_are_refused() -> None:
    """404 CMN-120 for a path that is none, 405 for another method, and the allowed ones can be asked for."""
    with pytest.raises(Refused) as refusal:
        find("GET", "/restapi/v1.0/nothing")
    assert (refusal.value.status, refusal.value.code) == (404, "CMN-120")
    with pytest.raises(Refused) as refusal:
        find("PATCH", "/restapi/v1.0/subscription")
    assert refusal.value.status == 405
    assert allowed("/restapi/v1.0/subscription") == ["GET", "POST"]
