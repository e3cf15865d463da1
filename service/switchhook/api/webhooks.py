"""Posting to a Glip incoming webhook: no operation of the API, but one more way in which a handler writes.

The address is the secret, so it stands in no message, journal or log: the webhook's name stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.api.sansio import Answer, Request, decipher
from switchhook.errors import BadRequest


def read_post(request: Request, answer: Answer) -> Any:
    """What the platform said. Raises BadRequest for an answer that says error, whatever its status: a card that it
    does not like is "accepted" and never posted (RingCentral guide: adaptive cards, troubleshooting); ApiError else.
    """
    said = decipher(request, answer)
    if isinstance(said, Mapping) and str(said.get("status", "")).lower() == "error":
        reasons = [said.get("error") or said.get("message") or "no explanation", *(said.get("validation") or ())]
        raise BadRequest(
            "; ".join(str(each) for each in reasons) + " (the platform accepted it and posted nothing)",
            status=answer.status,
            operation=request.operation,
            method=request.method,
            path=request.path,
        )
    return said
