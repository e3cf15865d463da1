"""What a person is told about each refusal."""

import pytest

from switchhook.errors import ApiUnreachable, OutcomeUnknown
from switchhook.keeper.advice import Sort, advise
from tests.keeper.model import failure

DOCUMENTED = [
    (403, "SUB-402", Sort.FILTER, "presence does not exist"),
    (403, "SUB-403", Sort.FILTER, "ask them"),
    (403, "SUB-404", Sort.FILTER, "ask them"),
    (403, "SUB-405", Sort.FILTER, "super administrator"),
    (403, "SUB-406", Sort.FILTER, "passes within a minute"),
    (403, "SUB-407", Sort.REQUEST, "report it"),
    (403, "SUB-408", Sort.CREDENTIALS, "client_id, client_secret and jwt"),
    (403, "SUB-412", Sort.FILTER, "permission"),
    (403, "SUB-505", Sort.QUOTA, "delete subscriptions"),
    (404, "SUB-507", Sort.GONE, "made anew"),
    (400, "SUB-508", Sort.FILTER, "update Switchhook"),
    (405, "SUB-511", Sort.REQUEST, "report it"),
    (400, "SUB-515", Sort.REMINDER, "enable a handler"),
    (400, "SUB-516", Sort.REMINDER, "heartbeat is switched off"),
    (400, "SUB-520", Sort.ADDRESS, "no Validation-Token came back"),
    (400, "SUB-521", Sort.ADDRESS, "nothing answers there within 3 s"),
    (400, "SUB-522", Sort.ADDRESS, "not with 200"),
    (400, "SUB-523", Sort.ADDRESS, "ingress.public_url"),
    (400, "SUB-524", Sort.ADDRESS, "full chain"),
    (400, "SUB-525", Sort.ADDRESS, "1,024 bytes"),
    (403, "SUB-527", Sort.FILTER, "narrow the handler's scope"),
    (400, "CMN-101", Sort.ADDRESS, "ingress.public_url"),
    (404, "CMN-102", Sort.GONE, "made anew"),
    (400, "OAU-232", Sort.CREDENTIALS, "name another in the settings"),
    (400, "OAU-236", Sort.CREDENTIALS, "is disabled: enable it"),
    (401, "CMN-405", Sort.CREDENTIALS, "check its credentials"),
    (401, "OAU-128", Sort.CREDENTIALS, "it is refreshed"),
    (401, "OAU-129", Sort.CREDENTIALS, "client_id, client_secret and jwt"),
    (401, "OAU-149", Sort.CREDENTIALS, "client_id, client_secret and jwt"),
    (401, "OAU-151", Sort.CREDENTIALS, "identity and server"),
    (401, "OAU-165", Sort.CREDENTIALS, "client_id, client_secret and jwt"),
    (401, "OAU-213", Sort.CREDENTIALS, "was revoked"),
    (403, "CMN-401", Sort.PERMISSION, "give the application the permission"),
    (429, "CMN-301", Sort.TRANSIENT, "nothing to do"),
    (429, "CMN-302", Sort.TRANSIENT, "nothing to do"),
    (503, "CMN-201", Sort.TRANSIENT, "nothing to do"),
    (500, "CMN-201", Sort.TRANSIENT, "nothing to do"),
]
"""Every error code that the reference, the guide or the platform itself names for the subscription operations."""


@pytest.mark.parametrize(("status", "code", "sort", "do"), DOCUMENTED, ids=[f"{row[1]}-{row[0]}" for row in DOCUMENTED])
def test_what_a_person_should_do_about_each_documented_error(status, code, sort, do):
    """What the keeper concludes, and the next step in words."""
    advice = advise(failure(status, code))
    assert (advice.code, advice.sort) == (code, sort)
    assert do in advice.do


@pytest.mark.parametrize(
    ("error", "sort"),
    [
        (failure(503, "CMN-201"), Sort.TRANSIENT),
        (failure(429, "CMN-301"), Sort.TRANSIENT),
        (failure(429, None), Sort.TRANSIENT),
        (failure(503, None), Sort.TRANSIENT),
        (failure(403, "CMN-401"), Sort.PERMISSION),
        (failure(403, "CMN-408"), Sort.PERMISSION),
        (failure(403, "XYZ-1"), Sort.PERMISSION),
        (failure(404, "CMN-102"), Sort.GONE),
        (failure(404, None), Sort.GONE),
        (failure(400, "OAU-232"), Sort.CREDENTIALS),
        (failure(401, "OAU-999"), Sort.CREDENTIALS),
        (failure(400, "OAU-999"), Sort.CREDENTIALS),
        (failure(400, "CMN-101"), Sort.ADDRESS),
        (failure(400, "CMN-103"), Sort.REQUEST),
        (ApiUnreachable("no"), Sort.TRANSIENT),
        (OutcomeUnknown("reset"), Sort.TRANSIENT),
        (KeyError("account"), Sort.REQUEST),
    ],
    ids=lambda value: getattr(value, "code", None) or type(value).__name__,
)
def test_sorts(error, sort):
    """What the keeper concludes, code by code, and by status where the code says nothing."""
    assert advise(error).sort is sort
