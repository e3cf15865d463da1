"""What the platform refuses to send, with its codes (RingCentral's specification: errors of sms, company-pager)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.errors import Refused, invalid

LONGEST_TEXT = 1000
LONGEST_PAGE = 1024
MOST_RECEIVERS = 10
MOST_ATTACHMENTS = 10
LARGEST_MMS = 1_500_000
LARGEST_FAX = 50_000_000
E164 = re.compile(r"\+[1-9]\d{6,14}")
TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")

FAILURES: Mapping[str, tuple[str, str]] = {
    "0410": ("DeliveryFailed", "SMS-RC-410"),
    "0413": ("DeliveryFailed", "SMS-RC-413"),
    "0430": ("SendingFailed", "SMS-RC-430"),
    "0500": ("SendingFailed", "SMS-RC-500"),
}
"""Last four digits of a number → what becomes of a text to it: 410 unreachable, 413 opted out, 430 spam, 500 error."""

BLOCKED = "0243"
"""Last four digits of numbers that are blocked (MSG-243)."""


def text(value: Any, most: int) -> str:
    """A text of at most so many UTF-16 characters. Raises Refused (CMN-101)."""
    if not isinstance(value, str) or not value or len(value.encode("utf-16-le")) > 2 * most:
        raise invalid("text")
    return value


def number(person: Any, name: str) -> str:
    """The telephone number of a sender or receiver. Raises Refused (CMN-101)."""
    found = person.get("phoneNumber") if isinstance(person, Mapping) else None
    if not isinstance(found, str) or not found:
        raise invalid(f"{name}.phoneNumber" if isinstance(person, Mapping) else name)
    return found


def receivers(value: Any) -> list[str]:
    """The numbers of a `to` list. Raises Refused (CMN-101)."""
    if not isinstance(value, list) or not value:
        raise invalid("to")
    return [number(one, f"to[{at}]") for at, one in enumerate(value)]


def sender(from_: str, owner: Extension, account: Account) -> None:
    """Refuse a number that the extension may not text from."""
    if from_ in owner.phone_numbers and owner.is_user:
        return
    if from_ in account.fax_numbers:
        raise Refused(403, "MSG-241", "Cannot send SMS from Fax number", parameter="from")
    if not owner.is_user:
        raise Refused(403, "MSG-314", "Extension is of inappropriate type")
    if from_ == account.main_number:
        raise Refused(403, "MSG-367", "From phone number does not support SMS", parameter="from")
    raise Refused(400, "MSG-304", "Phone number doesn't belong to extension", parameter="from")


def targets(numbers: Sequence[str], from_: str, account: Account) -> None:
    """Refuse receivers that cannot be texted, each for its own reason."""
    if len(numbers) > MOST_RECEIVERS:
        raise Refused(400, "MSG-381", f"Exceeded maximum number of recipients for a Group MMS: [{MOST_RECEIVERS}]",
                      parameter="to")  # fmt: skip
    for one in numbers:
        if account.by_number(one) is not None:
            raise Refused(400, "MSG-246", "Sending SMS from/to extension numbers is not available", parameter="to")
        if one.isdigit() and len(one) <= 6:
            raise Refused(400, "MSG-247", "Sending SMS to short numbers is not available", parameter="to")
        if not E164.fullmatch(one):
            raise invalid("to")
        if one.endswith(BLOCKED):
            raise Refused(400, "MSG-243", f"Parameter [to] value [{one[1:]}] is invalid [Phone number is blocked]",
                          parameter="to")  # fmt: skip
        if not one.startswith("+1") and from_.startswith(TOLL_FREE):
            raise Refused(403, "MSG-403", "International SMS is not allowed from Toll Free phone number")
        if not one.startswith("+1"):
            raise Refused(403, "MSG-240", "International SMS is not available for account.")


def country(value: Any) -> None:
    """Refuse a country that is named in both ways."""
    if isinstance(value, Mapping) and value.get("id") and value.get("isoCode"):
        raise Refused(
            400, "MSG-365", "Parameters [country.id] and [country.isoCode] can not be specified simultaneously"
        )


def media(sizes: Sequence[int]) -> None:
    """Refuse more or larger attachments than an MMS may have."""
    if len(sizes) > MOST_ATTACHMENTS or sum(sizes) > LARGEST_MMS:
        raise invalid("attachments")


def colleague(person: Any, account: Account, name: str) -> Extension:
    """The extension that a pager message names, by id or number or both. Raises Refused (MSG-316, MSG-335)."""
    if not isinstance(person, Mapping) or not (person.get("extensionId") or person.get("extensionNumber")):
        raise invalid(name)
    by_id = account.extensions.get(str(person["extensionId"])) if person.get("extensionId") else None
    by_number = account.by_number(str(person["extensionNumber"])) if person.get("extensionNumber") else None
    if by_id is not None and by_number is not None and by_id is not by_number:
        raise Refused(400, "MSG-335", "Recipient extension number does not correspond to ID", parameter=name)
    found = by_id or by_number
    if found is None:
        wanted = person.get("extensionNumber") or person.get("extensionId")
        raise Refused(400, "MSG-316", f"Parameter [{name}] value [{wanted}] is invalid [Target extension not found]",
                      parameter=name)  # fmt: skip
    return found


def page_sender(person: Any, owner: Extension) -> None:
    """Refuse a pager message in somebody else's name, or from an extension that cannot page."""
    if not owner.is_user and owner.type != "Department":
        raise Refused(403, "MSG-330", "Sender extension is of unappropriate type")
    if not isinstance(person, Mapping):
        return
    if person.get("extensionNumber") and str(person["extensionNumber"]) != owner.number:
        raise Refused(400, "MSG-331", f"Parameter [from] value [{person['extensionNumber']}] is invalid [Sender "
                      "extension number does not correspond to logged in extension]", parameter="from")  # fmt: skip
    if person.get("extensionId") and str(person["extensionId"]) != owner.id:
        raise Refused(400, "MSG-332", f"Parameter [from] value [{person['extensionId']}] is invalid [Sender "
                      "extension id does not correspond to logged in extension]", parameter="from")  # fmt: skip
