"""What a person should do about a refusal of the subscription API, and what the keeper may conclude from it. Pure.

Codes and meanings: RingCentral API reference, "Error codes" of the subscription operations, and its guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from switchhook.errors import ApiError, ApiStatusError, ApiUnreachable, Forbidden, OutcomeUnknown, Unauthorized


class Sort(StrEnum):
    """What kind of trouble it is."""

    TRANSIENT = "transient"
    """Will pass: come again later."""
    GONE = "gone"
    """The subscription is no more: look again at once."""
    FILTER = "filter"
    """One of the filters is refused: the others can do without it."""
    ADDRESS = "address"
    """The platform cannot use our public address."""
    QUOTA = "quota"
    """Too many subscriptions."""
    REMINDER = "reminder"
    """The reminder filter does not fit the lifetime."""
    PERMISSION = "permission"
    """The application or the user may not."""
    CREDENTIALS = "credentials"
    """The identity's own token or user does not work."""
    REQUEST = "request"
    """Anything else: a person must look."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One refusal: its code ("" if none), its sort, and one sentence for a person that says what to do."""

    code: str
    sort: Sort
    do: str


_ADDRESS = "check that the public address leads to the ingress from the internet"

_BY_CODE: Mapping[str, tuple[Sort, str]] = {
    "SUB-402": (Sort.FILTER, "presence does not exist for this type of extension: take it out of the handler's scope"),
    "SUB-403": (Sort.FILTER, "this user does not let others see their presence: ask them, or narrow the scope"),
    "SUB-404": (Sort.FILTER, "this user does not let the identity pick up calls: ask them, or narrow the scope"),
    "SUB-405": (Sort.FILTER, "only a super administrator may follow other people's messages: use one as the identity"),
    "SUB-406": (
        Sort.FILTER,
        "this extension is of another account; or the identity was just made: then it passes within a minute",
    ),
    "SUB-407": (Sort.REQUEST, "this is about mobile push, which is not used: report it"),
    "SUB-408": (
        Sort.CREDENTIALS,
        "the platform does not know this user: check the identity's client_id, client_secret and jwt",
    ),
    "SUB-412": (Sort.FILTER, "the identity's user lacks a permission for this filter: give it in the admin portal"),
    "SUB-505": (Sort.QUOTA, "delete subscriptions of this user and application that nobody needs"),
    "SUB-507": (Sort.GONE, "it expired: it is made anew"),
    "SUB-508": (Sort.FILTER, "the platform does not know this filter: update Switchhook, or drop the handler's rule"),
    "SUB-511": (Sort.REQUEST, "this is about mobile push, which is not used: report it"),
    "SUB-515": (Sort.REMINDER, "reminders alone are no subscription: enable a handler"),
    "SUB-516": (Sort.REMINDER, "the granted lifetime is too short for reminders: the heartbeat is switched off"),
    "SUB-520": (Sort.ADDRESS, "what answers there is not the ingress (no Validation-Token came back): " + _ADDRESS),
    "SUB-521": (Sort.ADDRESS, "nothing answers there within 3 s: " + _ADDRESS),
    "SUB-522": (Sort.ADDRESS, "something answers there, but not with 200: " + _ADDRESS),
    "SUB-523": (Sort.ADDRESS, "it must be https: change ingress.public_url"),
    "SUB-524": (Sort.ADDRESS, "its certificate is not valid: install the full chain of a public authority"),
    "SUB-525": (Sort.ADDRESS, "the answer is over 1,024 bytes or not application/json: let the proxy add no headers"),
    "SUB-527": (Sort.FILTER, "missed calls of another extension cannot be followed: narrow the handler's scope"),
    "CMN-101": (Sort.ADDRESS, "the address is not valid for the platform: check ingress.public_url"),
    "CMN-102": (Sort.GONE, "it is no more: it is made anew"),
    "CMN-201": (Sort.TRANSIENT, "the platform is busy: nothing to do"),
    "CMN-211": (Sort.TRANSIENT, "the platform is read-only for now: nothing to do"),
    "CMN-301": (Sort.TRANSIENT, "the rate limit is used up: nothing to do"),
    "CMN-302": (Sort.TRANSIENT, "the rate limit is used up: nothing to do"),
    "CMN-303": (Sort.PERMISSION, "the application has no rate plan: ask RingCentral's support"),
    "CMN-304": (Sort.TRANSIENT, "the same request is under way elsewhere: nothing to do"),
    "CMN-310": (Sort.TRANSIENT, "this machine's address sends too much: nothing to do, unless it goes on"),
    "CMN-401": (Sort.PERMISSION, "give the application the permission that the message names (SubscriptionWebhook?)"),
    "CMN-402": (Sort.PERMISSION, "this needs an administrator: use one as the identity"),
    "CMN-403": (Sort.FILTER, "this type of extension cannot do it: narrow the handler's scope"),
    "CMN-404": (Sort.PERMISSION, "the identity may not act for another extension: use an administrator"),
    "CMN-405": (Sort.CREDENTIALS, "the identity has to log in again: check its credentials"),
    "CMN-408": (Sort.PERMISSION, "give the identity's user the permission that the message names"),
    "CMN-419": (Sort.PERMISSION, "give the identity's user that permission for other extensions too"),
    "OAU-232": (Sort.CREDENTIALS, "the identity's user no longer exists: name another in the settings"),
    "OAU-236": (Sort.CREDENTIALS, "the identity's user is disabled: enable it, or name another in the settings"),
    "OAU-128": (Sort.CREDENTIALS, "the token expired: it is refreshed; look at the identity's credentials if it stays"),
    "OAU-129": (
        Sort.CREDENTIALS,
        "the platform does not accept the token: check the identity's client_id, client_secret and jwt",
    ),
    "OAU-149": (
        Sort.CREDENTIALS,
        "the platform does not accept the token: check the identity's client_id, client_secret and jwt",
    ),
    "OAU-151": (Sort.CREDENTIALS, "the platform does not accept this way of authorization: check identity and server"),
    "OAU-165": (
        Sort.CREDENTIALS,
        "the platform does not accept the token: check the identity's client_id, client_secret and jwt",
    ),
    "OAU-213": (Sort.CREDENTIALS, "the token was revoked: it is replaced; check the credentials if it stays"),
}


def advise(error: Exception) -> Advice:
    """The advice for whatever a call of the subscription API raised."""
    if isinstance(error, ApiStatusError):
        code = error.code or ""
        if code in _BY_CODE:
            return Advice(code, *_BY_CODE[code])
        return Advice(code, *_by_status(error))
    if isinstance(error, ApiUnreachable):
        return Advice("", Sort.TRANSIENT, "the platform cannot be reached: check the network and the server's address")
    if isinstance(error, OutcomeUnknown):
        return Advice("", Sort.TRANSIENT, "it is not known whether it happened: the next look tells")
    if isinstance(error, ApiError) and error.transient:
        return Advice("", Sort.TRANSIENT, "nothing to do")
    return Advice("", Sort.REQUEST, "look at the message; if it makes no sense, report it")


def _by_status(error: ApiStatusError) -> tuple[Sort, str]:
    if error.transient or error.status in {408, 429} or error.status >= 500:
        return Sort.TRANSIENT, "the platform has trouble: nothing to do"
    if isinstance(error, Unauthorized) or (error.code or "").startswith("OAU-"):
        return Sort.CREDENTIALS, "check the identity's client_id, client_secret and jwt"
    if error.status in {404, 410}:
        return Sort.GONE, "it is no more: it is made anew"
    if isinstance(error, Forbidden):
        return Sort.PERMISSION, "give application and user the permission that the message names"
    return Sort.REQUEST, "look at the message; if it makes no sense, report it"
