"""Answers to several ids at once, in both of the platform's forms."""

from __future__ import annotations

import pytest

from switchhook.api.catalogue import operation
from switchhook.api.sansio import Answer, build, decipher
from switchhook.errors import PlatformError

MIXED = """--B7
Content-Type: application/json

{"response":[{"href":"https://h/message-store/11","status":200,"responseDescription":"OK"},
{"href":"https://h/message-store/12?x=1","status":404,"responseDescription":"Not Found"},{"status":200}]}
--B7
Content-Type: application/json

{"id":11,"subject":"a"}
--B7
Content-Type: application/json

{"errorCode":"CMN-102","message":"no"}
--B7
Content-Type: application/json

{"id":13}
--B7--
"""
READ = operation("readMessage")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_reads_multipart(ending: str) -> None:
    """Parts come as id, status and content, with LF and with CRLF, boundary unquoted."""
    body = MIXED.replace("\n", ending).encode()
    answer = Answer(207, {"content-type": "multipart/mixed; boundary=B7"}, body)
    assert decipher(build(READ, {"messageId": ["11", "12", "13"]}), answer, READ) == [
        {"resourceId": "11", "status": 200, "body": {"id": "11", "subject": "a"}},
        {"resourceId": "12", "status": 404, "body": {"errorCode": "CMN-102", "message": "no"}},
        {"resourceId": "13", "status": 200, "body": {"id": "13"}},
    ]


def test_reads_the_json_form() -> None:
    """The list form gives the same shape."""
    body = b'[{"resourceId":11,"status":200,"body":{"id":11}},{"resourceId":"12","status":404}]'
    answer = Answer(207, {"content-type": "application/vnd.ringcentral.multipart+json"}, body)
    assert decipher(build(READ, {"messageId": "11,12"}), answer, READ) == [
        {"resourceId": "11", "status": 200, "body": {"id": "11"}},
        {"resourceId": "12", "status": 404, "body": None},
    ]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/mixed", b"--B\n\n{}\n--B--"),
        ("multipart/mixed; boundary=B", b"--B\n\n{}\n--B\n\n{}\n--B--"),
        ("multipart/mixed; boundary=B", b"nothing"),
        ("application/vnd.ringcentral.multipart+json", b"{}"),
    ],
)
def test_refuses_what_does_not_fit_together(kind: str, body: bytes) -> None:
    """A boundary missing, parts missing, no list: unreadable, and for a read that is transient."""
    with pytest.raises(PlatformError, match="not readable"):
        decipher(build(READ, {"messageId": "1,2"}), Answer(207, {"content-type": kind}, body), READ)
