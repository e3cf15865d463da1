"""What a person is told about each refusal."""

import pytest

from switchhook.errors import ApiUnreachable, OutcomeUnknown
from switchhook.keeper.advice import Sort, advise
from tests.keeper.model import failure

SUB = [402, 403, 404, 405, 406, 407, 408, 412, 505, 507, 508, 511, 515, 516, 520, 521, 522, 523, 524, 525, 527]


@pytest.mark.parametrize("code", [f"SUB-{number}" for number in SUB])
def test_every_documented_code_has_advice(code):
    """No refusal of the subscription API leaves a person without a next step."""
    advice = advise(failure(400, code))
    assert advice.code == code
    assert advice.do
    assert advice.sort is not Sort.TRANSIENT


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
