"""The token's state machine: which grant comes next, whatever the platform has answered so far."""

from __future__ import annotations

import pytest

from switchhook.api.token import HOLD, JWT_GRANT, REPEAT, Ask, Grants, Ready, Stay, Token


def token(number: int = 1, now: float = 0.0, **changes: object) -> Token:
    """A token as the platform grants it."""
    answer = {
        "access_token": f"a{number}",
        "expires_in": 3600,
        "refresh_token": f"r{number}",
        "refresh_token_expires_in": 604800,
        "owner_id": 101,
        **changes,
    }
    return Token.granted(answer, now)


def kind(step: object) -> str:
    """The grant that a step asks for."""
    assert isinstance(step, Ask)
    return step.form["grant_type"]


def test_begins_with_the_credentials_and_goes_on_with_refreshing() -> None:
    """JWT first; then the token, until a minute before its end; then the refresh token, the old one as a spare."""
    grants = Grants("jwt")
    assert kind(grants.next(0)) == JWT_GRANT
    grants.granted(token())
    assert grants.next(3539) == Ready(token())
    step = grants.next(3541)
    assert kind(step) == "refresh_token"
    assert isinstance(step, Ask)
    assert step.spare == token()
    late = grants.next(3601)
    assert isinstance(late, Ask)
    assert late.spare is None


def test_a_short_life_does_not_mean_refreshing_all_the_time() -> None:
    """A token of 60 s is used for 48 s."""
    grants = Grants("jwt")
    grants.granted(token(expires_in=60))
    assert isinstance(grants.next(47), Ready)
    assert isinstance(grants.next(49), Ask)


def test_a_refused_refresh_falls_back_to_the_credentials() -> None:
    """A refresh token that is used up is forgotten; the spare serves to its end, then the JWT does."""
    grants = Grants("jwt")
    grants.granted(token())
    step = grants.next(3541)
    assert isinstance(step, Ask)
    grants.denied(step.form, "used", 3541)
    assert isinstance(grants.next(3542), Ready)
    assert kind(grants.next(3600)) == JWT_GRANT


def test_refused_credentials_rest() -> None:
    """Credentials that do not work are not tried again for a minute, as each attempt counts."""
    grants = Grants("jwt")
    step = grants.next(0)
    assert isinstance(step, Ask)
    grants.denied(step.form, "Invalid assertion", 0)
    assert grants.next(HOLD - 1) == Stay(HOLD, "Invalid assertion")
    assert kind(grants.next(HOLD)) == JWT_GRANT


@pytest.mark.parametrize(("wait", "until"), [(None, REPEAT), (25.0, 25.0)])
def test_a_failing_endpoint_is_left_alone_for_a_while(wait: float | None, until: float) -> None:
    """No answer, 500, 503, 429: ask again after ten seconds, or when the platform says."""
    grants = Grants("jwt")
    grants.failed(wait, 0)
    assert grants.next(until - 1) == Stay(until)
    assert kind(grants.next(until)) == JWT_GRANT


def test_a_failing_endpoint_does_not_stop_a_token_that_still_works() -> None:
    """While a refresh fails, the old token is used to its end."""
    grants = Grants("jwt")
    grants.granted(token())
    grants.failed(None, 3545)
    assert isinstance(grants.next(3546), Ready)
    assert isinstance(grants.next(3556), Ask)


def test_a_rejected_token_is_refreshed_once() -> None:
    """A 401 spoils the token it was given for; the same news about an older token changes nothing."""
    grants = Grants("jwt")
    grants.granted(token(1))
    grants.rejected("a1")
    assert kind(grants.next(10)) == "refresh_token"
    grants.granted(token(2))
    grants.rejected("a1")
    assert grants.next(10) == Ready(token(2))


def test_an_expired_refresh_token_is_not_shown() -> None:
    """After its own end, a refresh token is useless."""
    grants = Grants("jwt", token())
    assert kind(grants.next(604801)) == JWT_GRANT


def test_a_login_that_has_ended_asks_for_a_person() -> None:
    """Without credentials and without a refresh token, the message names the verb that helps."""
    assert isinstance(Grants(None, token()).next(0), Ready)
    step = Grants(None).next(0)
    assert isinstance(step, Stay)
    assert step.refused is not None
    assert "switchhook login" in step.refused


def test_a_token_survives_being_kept_and_shows_no_secret() -> None:
    """Dump and load give the same token; its repr holds neither token."""
    kept = token()
    assert Token.load(kept.dump()) == kept
    assert "a1" not in repr(kept)
    assert "r1" not in repr(kept)
    assert "r1" not in repr(Ask({"grant_type": "refresh_token", "refresh_token": "r1"}))
    with pytest.raises(ValueError, match="not a stored token"):
        Token.load(b'{"x":1}')


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": 5}])
def test_an_answer_without_a_token_is_none(answer: dict[str, object]) -> None:
    """What holds no access token is no grant."""
    with pytest.raises(ValueError, match="no access token"):
        Token.granted(answer, 0)


def test_reads_numbers_that_come_as_text_or_not_at_all() -> None:
    """Lives given as text are read; a missing one is an hour, a nonsensical one too."""
    assert token(expires_in="60").until == 60
    assert Token.granted({"access_token": "a"}, 0).until == 3600
    assert token(expires_in="x").until == 3600
