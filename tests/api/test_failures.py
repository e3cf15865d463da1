"""What a failed call proves, row by row."""

from __future__ import annotations

import pytest

from switchhook.api.catalogue import operation
from switchhook.api.failures import TABLE, failure_of, lost, retry_after, row_for
from switchhook.api.sansio import Answer, Request, build, decipher
from switchhook.errors import (
    ApiUnreachable,
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    SwitchhookError,
    Unauthorized,
)

READ, WRITE = False, True
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("status", "code", "waits", "writes", "error"),
    [
        (401, "OAU-128", False, WRITE, Unauthorized),
        (401, None, False, READ, Unauthorized),
        (429, "CMN-301", True, WRITE, RateLimited),
        (429, "MSG-305", False, WRITE, RateLimited),
        (429, None, False, READ, RateLimited),
        (503, "CMN-201", False, WRITE, PlatformError),
        (503, None, True, WRITE, PlatformError),
        (503, None, False, WRITE, OutcomeUnknown),
        (503, None, False, READ, PlatformError),
        (403, "CMN-211", False, WRITE, PlatformError),
        (403, "CMN-401", False, WRITE, Forbidden),
        (403, "TAS-101", False, WRITE, Forbidden),
        (404, "CMN-102", False, WRITE, NotFound),
        (410, None, False, READ, NotFound),
        (409, "TAS-102", False, WRITE, Conflict),
        (400, "CMN-101", False, WRITE, BadRequest),
        (405, "SUB-511", False, WRITE, BadRequest),
        (413, None, False, WRITE, BadRequest),
        (415, None, False, WRITE, BadRequest),
        (416, "CMN-107", False, READ, BadRequest),
        (422, None, False, WRITE, BadRequest),
        (501, "CMN-202", False, WRITE, BadRequest),
        (408, None, False, WRITE, OutcomeUnknown),
        (408, None, False, READ, PlatformError),
        (500, None, False, WRITE, OutcomeUnknown),
        (500, "CMN-203", False, WRITE, OutcomeUnknown),
        (500, "CMN-201", False, WRITE, OutcomeUnknown),
        (500, None, True, WRITE, OutcomeUnknown),
        (500, None, False, READ, PlatformError),
        (502, None, True, WRITE, OutcomeUnknown),
        (502, None, False, READ, PlatformError),
        (504, None, False, WRITE, OutcomeUnknown),
        (504, None, False, READ, PlatformError),
        (200, None, False, WRITE, OutcomeUnknown),
        (200, None, False, READ, PlatformError),
    ],
)
def test_each_row(status: int, code: str | None, waits: bool, writes: bool, error: type[SwitchhookError]) -> None:
    """Status, code, whether it says when to come again, whether it writes: the error that may be concluded."""
    assert row_for(status, code, writes=writes, waits=waits).error is error


def test_every_row_is_reached() -> None:
    """No row of the table is hidden behind an earlier one."""
    reached = {
        id(row_for(status, code, writes=writes, waits=waits))
        for status in range(100, 600)
        for code in (None, "CMN-201", "CMN-211")
        for writes in (READ, WRITE)
        for waits in (True, False)
    }
    assert reached == {id(row) for row in TABLE}


def test_only_proof_makes_a_write_transient() -> None:
    """A write that failed may be repeated only after 401 with a new token, 429, read-only mode and two kinds of 503."""
    transient = {
        (status, code, waits)
        for status in range(100, 600)
        for code in (None, "CMN-201", "CMN-203", "CMN-211")
        for waits in (True, False)
        if row_for(status, code, writes=WRITE, waits=waits).error.transient
    }
    assert {status for status, _, _ in transient} == {403, 429, 503}
    assert {(code, waits) for status, code, waits in transient if status == 503} == {
        (code, waits)
        for code in (None, "CMN-201", "CMN-203", "CMN-211")
        for waits in (True, False)
        if waits or code == "CMN-201"
    }
    assert {code for status, code, _ in transient if status == 403} == {"CMN-211"}


def test_no_answer() -> None:
    """A write without an answer may have happened; a read without one may be repeated."""
    write, read = Request("createGlipPost", "POST", "/p"), Request("readExtension", "GET", "/p", writes=False)
    assert isinstance(lost(write, "timed out"), OutcomeUnknown)
    assert isinstance(lost(read, "timed out"), ApiUnreachable)


def test_the_cap_on_posts_is_never_transient() -> None:
    """The platform's daily cap on posts answers 500: the outcome is unknown, so nobody repeats it."""
    found = operation("createGlipPost")
    request = build(found, {"chatId": "7", "body": {"text": "secret words"}})
    answer = Answer(500, JSON, b'{"errorCode":"x","message":"You have exceeded your limits for this action."}')
    with pytest.raises(OutcomeUnknown, match="exceeded your limits") as caught:
        decipher(request, answer, found)
    assert not caught.value.transient
    assert "secret words" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "content_type", "code", "words"),
    [
        (
            b'{"errors":[{"errorCode":"CMN-101","message":"Parameter [x] value is invalid."}]}',
            "application/json",
            "CMN-101",
            "Parameter",
        ),
        (
            b'{"errorCode":"InvalidParameter","message":"outer","errors":[{"errorCode":"CMN-102","message":"inner"}]}',
            "application/json",
            "CMN-102",
            "inner",
        ),
        (b'{"errorCode":"CMN-203","message":"Internal"}', "application/json", "CMN-203", "Internal"),
        (
            b'{"error":"invalid_grant","error_description":"x","errors":[{"errorCode":"OAU-210","message":"Expired"}]}',
            "application/json",
            "OAU-210",
            "Expired",
        ),
        (b'{"error":"invalid_client","error_description":"Bad id"}', "application/json", "invalid_client", "Bad id"),
        (b'{"message":"Service Unavailable"}', "application/json", None, "Service Unavailable"),
        (b'{"detail":"no such user","status":"404"}', "application/scim+json", None, "no such user"),
        (b"<html><head><title>502 Bad\n Gateway</title></head></html>", "text/html", None, "page .502 Bad Gateway."),
        (b"<html></html>", "text/plain", None, "no title"),
        (b"upstream failed", "text/plain", None, "not JSON"),
        (b"", "", None, "no explanation"),
        (b"[1]", "application/json", None, "not JSON"),
        (b'{"errors":[]}', "application/json", None, "no explanation"),
        (b'{"message":"' + b"x" * 500 + b'"}', "application/json", None, "^x{199}…$"),
    ],
)
def test_reads_every_form_of_error(body: bytes, content_type: str, code: str | None, words: str) -> None:
    """Both forms of the platform, OAuth's, SCIM's, a gateway's, a page, nothing: code and message are found."""
    found = failure_of(body, {"content-type": content_type})
    assert found.code == code
    with pytest.raises(RuntimeError, match=words):
        raise RuntimeError(found.message)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Mon, 05 Jan 2026 09:00:30 GMT", "date": "Mon, 05 Jan 2026 09:00:00 GMT"}, 30.0),
        ({"retry-after": "Mon, 05 Jan 2026 09:00:30 GMT"}, None),
        ({"retry-after": "soon", "date": "Mon, 05 Jan 2026 09:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_reads_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, or a date measured against the answer's own."""
    assert retry_after(headers) == seconds


def test_a_429_without_retry_after_waits_thirty_seconds() -> None:
    """The guide asks for at least half a minute when the platform does not say."""
    found = operation("readExtension")
    with pytest.raises(RateLimited) as caught:
        decipher(build(found), Answer(429, JSON, b'{"errorCode":"CMN-301","message":"Too many"}'), found)
    assert caught.value.retry_after == 30.0


@pytest.mark.parametrize(
    ("code", "words"),
    [("CMN-401", "application needs the permission SMS"), ("CMN-408", "user needs the permission OutboundSMS")],
)
def test_names_the_missing_permission(code: str, words: str) -> None:
    """A refusal for want of a permission says which one, and who can grant it, and the request's id."""
    found = operation("createSMSMessage")
    answer = Answer(403, {**JSON, "rcrequestid": "r-1"}, b'{"errorCode":"%s","message":"No"}' % code.encode())
    with pytest.raises(Forbidden, match=words) as caught:
        decipher(build(found, {"body": {}}), answer, found)
    assert caught.value.request_id == "r-1"
    assert caught.value.code == code


def test_an_unreadable_good_answer_proves_nothing() -> None:
    """A write whose 200 cannot be read may have happened; a read is simply repeated."""
    write, read = operation("createGlipPost"), operation("readExtension")
    for body, kind in ((b'{"id":', "application/json"), (b"<html>", "text/html")):
        answer = Answer(200, {"content-type": kind}, body)
        with pytest.raises(OutcomeUnknown, match="not readable"):
            decipher(build(write, {"chatId": "1", "body": {}}), answer, write)
        with pytest.raises(PlatformError):
            decipher(build(read), answer, read)
