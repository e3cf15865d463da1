"""SCIM: the users of the account in the words of RFC 7643. Writing a user writes the extension."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from switchhook.simulator.account import Account
from switchhook.simulator.errors import Refused, invalid, not_found
from switchhook.simulator.resources.engine import Engine, operation_of
from switchhook.simulator.resources.paging import Query, last
from switchhook.simulator.resources.people import EXTENSIONS
from switchhook.simulator.resources.plans import plan
from switchhook.simulator.resources.samples import MOMENT
from switchhook.simulator.resources.selection import values_at
from switchhook.simulator.resources.store import Document, merge
from switchhook.simulator.wire.request import Request, Response

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
FILTER = re.compile(r'\s*([\w.]+(?:\[type eq "work"\])?[\w.]*)\s+(eq|co|sw)\s+"([^"]*)"\s*', re.IGNORECASE)
MATCHES: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "co": lambda value, wanted: wanted in value,
    "sw": lambda value, wanted: value.startswith(wanted),
}
STATUS = {True: "Enabled", False: "Disabled"}


class Scim:
    """The operations on users, by id in `of`."""

    def __init__(self, engine: Engine, account: Account) -> None:
        self._engine = engine
        self._account = account
        self._more: dict[str, Document] = {}
        """By extension id: what SCIM knows of a user and the extension does not."""
        users = {"read": self._read, "create": self._create, "replace": self._replace, "patch": self._patch,
                 "delete": self._delete}  # fmt: skip
        self.of: Mapping[str, Callable[[Request], Response]] = {
            "searchViaGet": self._search, "searchViaGet2": self._search, "searchViaPost2": self._search,
            "createUser": users["create"], "createUser2": users["create"], "readUser2": users["read"],
            "replaceUser2": users["replace"], "patchUser2": users["patch"], "deleteUser2": users["delete"],
        }  # fmt: skip

    def serve(self, request: Request) -> Response:
        """Carry out an operation of `of`. Raises Refused."""
        return self.of[operation_of(request)](request)

    def _extensions(self) -> Mapping[str, Document]:
        everyone = self._engine.documents(EXTENSIONS, (self._account.id,))
        return {id_: one for id_, one in everyone.items() if one["type"] == "User"}

    def _user(self, extension: Document, base: str) -> Document:
        contact = extension.get("contact", {})
        known: Document = {
            "schemas": [USER], "id": extension["id"], "userName": contact.get("email", ""),
            "active": extension["status"] == "Enabled",
            "name": {"givenName": contact.get("firstName", ""), "familyName": contact.get("lastName", "")},
            "emails": [{"type": "work", "value": contact.get("email", "")}],
            "phoneNumbers": [{"type": "work", "value": contact["businessPhone"]}] if "businessPhone" in contact else [],
            "meta": {"created": extension.get("creationTime", MOMENT), "resourceType": "User",
                     "lastModified": extension.get("lastModifiedTime", MOMENT),
                     "location": f"{base}/scim/v2/Users/{extension['id']}"},
        }  # fmt: skip
        return known | self._more.get(str(extension["id"]), {})

    def _find(self, request: Request) -> Document:
        found = self._extensions().get(request.parameters["id"])
        if found is None:
            raise not_found("id")
        return found

    def _read(self, request: Request) -> Response:
        return Response(200, self._user(self._find(request), request.base_url))

    def _create(self, request: Request) -> Response:
        body = self._engine.body(plan(operation_of(request)), request)
        taken = {self._user(one, "")["userName"].lower() for one in self._extensions().values()}
        if str(body["userName"]).lower() in taken:
            raise Refused(409, "CMN-204", "A user with this userName exists", parameter="userName")
        made = self._engine.new(plan("createExtension"), {"type": "User", "status": "NotActivated"})
        return Response(201, self._write(made, body, request))

    def _replace(self, request: Request) -> Response:
        body = self._engine.body(plan(operation_of(request)), request)
        return Response(200, self._write(self._find(request), body, request))

    def _write(self, extension: Document, user: Document, request: Request) -> Document:
        emails = values_at(user, "emails.value") or [user.get("userName", "")]
        contact = {"firstName": user["name"]["givenName"], "lastName": user["name"]["familyName"], "email": emails[0]}
        phones = values_at(user, "phoneNumbers.value")
        contact |= {"businessPhone": phones[0]} if phones else {}
        change: Document = {"contact": contact}
        if "active" in user:
            change["status"] = STATUS[bool(user["active"])]
        merged = merge(extension, change)
        id_ = str(merged["id"])
        self._more[id_] = {
            key: user[key] for key in user if key not in ("id", "meta", "schemas", "name", "emails", "active")
        } | {"userName": user["userName"]}
        self._engine.written[EXTENSIONS]((self._account.id,), merged)
        return self._user(self._extensions()[id_], request.base_url)

    def _patch(self, request: Request) -> Response:
        body = self._engine.body(plan(operation_of(request)), request)
        extension = self._find(request)
        user = self._user(extension, request.base_url)
        for at, one in enumerate(body["Operations"]):
            user = _patched(user, one, f"Operations[{at}]")
        return Response(200, self._write(extension, user, request))

    def _delete(self, request: Request) -> Response:
        extension = self._find(request)
        self._more.pop(str(extension["id"]), None)
        self._engine.removed[EXTENSIONS]((self._account.id,), extension)
        return Response(204)

    def _search(self, request: Request) -> Response:
        asked = request.body if isinstance(request.body, dict) else {}
        text = str(asked.get("filter") or last(request.query, "filter"))
        start, count = _whole(asked, request.query, "startIndex", 1), _whole(asked, request.query, "count", 100)
        users = [self._user(one, request.base_url) for one in self._extensions().values()]
        found = [one for one in users if _matches(one, text)]
        page = found[start - 1 : start - 1 + count]
        return Response(200, {"schemas": [RESPONSE], "totalResults": len(found), "itemsPerPage": len(page),
                              "startIndex": start, "Resources": page})  # fmt: skip


def _whole(asked: Mapping[str, Any], query: Query, name: str, default: int) -> int:
    text = str(asked.get(name) or last(query, name, str(default)))
    if not text.isdigit() or int(text) < 1:
        raise invalid(name)
    return int(text)


def _matches(user: Document, text: str) -> bool:
    if not text:
        return True
    found = FILTER.fullmatch(text)
    if found is None:
        raise invalid("filter")
    place, operator, wanted = found.groups()
    values = values_at(user, re.sub(r"\[[^]]*\]", "", place)) or values_at(user, place + ".value")
    test = MATCHES[operator.lower()]
    return any(test(str(value).lower(), wanted.lower()) for value in values)


def _patched(user: Document, change: Document, name: str) -> Document:
    place = re.sub(r"\[[^]]*\]", "", str(change.get("path") or ""))
    value = change.get("value")
    if str(change["op"]).lower() == "remove":
        if not place:
            raise invalid(f"{name}.path")
        return {key: inner for key, inner in user.items() if key != place.split(".")[0]}
    if not place:
        if not isinstance(value, dict):
            raise invalid(f"{name}.value")
        return merge(user, value)
    first, _, rest = place.partition(".")
    if first in ("emails", "phoneNumbers"):
        return {**user, first: [{"type": "work", "value": value}]}
    if first == "active":
        value = str(value).lower() == "true"
    return merge(user, {first: {rest: value}} if rest else {first: value})
