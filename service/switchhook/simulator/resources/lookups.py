"""Searches, checks and conversions, and the few writes that do not follow the pattern of a resource."""

from __future__ import annotations

import re
from collections.abc import Mapping

from switchhook.simulator.clock import Clock, stamp
from switchhook.simulator.errors import invalid
from switchhook.simulator.resources.actions import Action
from switchhook.simulator.resources.engine import Engine, path_of, uploaded
from switchhook.simulator.resources.paging import numbered
from switchhook.simulator.resources.people import DEVICES, EXTENSIONS, People
from switchhook.simulator.resources.plans import Plan
from switchhook.simulator.resources.seeds import COUNTRY, SITE
from switchhook.simulator.resources.selection import ordered, select
from switchhook.simulator.resources.store import Document, Owner, merge
from switchhook.simulator.wire.request import Request

PERMISSIONS = frozenset((
    "ReadAccounts", "ReadCallLog", "ReadCallRecordings", "ReadContacts", "EditPersonalContacts", "ReadExtensions",
    "EditUserInfo", "ReadMessages", "EditMessages", "OutboundSMS", "InternalSMS", "OutboundFaxes", "ReadPresenceStatus",
    "EditPresenceStatus", "ReadUserInfo",
))  # fmt: skip
"""What a user may do, unless it was taken away."""

TOLL_FREE = frozenset(("800", "833", "844", "855", "866", "877", "888"))


class Lookups:
    """Operations by id in `of`."""

    def __init__(self, engine: Engine, people: People, clock: Clock) -> None:
        self._engine = engine
        self._people = people
        self._clock = clock
        engine.views["account/{}/meeting-recordings"] = self._recordings
        self.of: Mapping[str, Action] = {
            "searchDirectoryEntries": self._search_directory,
            "endMeeting": self._end_meeting,
            "parsePhoneNumber": self._parse_numbers,
            "checkUserPermission": self._check_permission,
            "readAuthorizationProfile": self._permissions,
            "syncAddressBook": self._sync_contacts,
            "createEmergencyLocation": self._create_location,
            "updateDevice": self._update_device,
            "createSIPRegistration": self._register,
            "createCompanyGreeting": self._greet,
        }

    def _search_directory(self, found: Plan, owner: Owner, body: Document, request: Request) -> Document:
        entries = self._engine.documents("account/{}/directory/entries", owner).values()
        query = {"searchString": [body["searchString"]]} if body.get("searchString") else {}
        query |= {"type": [body["extensionType"]]} if body.get("extensionType") else {}
        chosen = select(entries, query, found.record or {})
        for order in sorted(body.get("orderBy") or (), key=lambda one: one.get("index", 0), reverse=True):
            sign = "-" if order.get("direction") == "Desc" else "+"
            chosen = ordered(chosen, [sign + order.get("fieldName", "firstName")])
        pages: dict[str, list[str]] = {name: [str(body[name])] for name in ("page", "perPage") if name in body}
        records, paging, _ = numbered(chosen, pages, request.base_url + path_of(request))
        return {"records": records, "paging": paging}

    def _end_meeting(self, _plan: Plan, owner: Owner, _body: Document, _request: Request) -> None:
        self._engine.store.all("account/{}/extension/{}/meeting", owner[:2])[owner[2]]["status"] = "Finished"

    def _recordings(self, owner: Owner) -> list[Document]:
        return [
            one
            for person in self._engine.documents(EXTENSIONS, owner)
            for one in self._engine.store.all("account/{}/extension/{}/meeting-recordings", (*owner, person)).values()
        ]

    def _parse_numbers(self, _plan: Plan, _owner: Owner, body: Document, _request: Request) -> Document:
        if not body.get("originalStrings"):
            raise invalid("originalStrings")
        country = {**COUNTRY, "uri": "/restapi/v1.0/dictionary/country/1", "emergencyCalling": True}
        return {"homeCountry": country, "phoneNumbers": [_parsed(str(one), country) for one in body["originalStrings"]]}

    def _permissions(self, _plan: Plan, _owner: Owner, _body: Document, request: Request) -> Document:
        names = sorted(PERMISSIONS - request.extension.missing_permissions)
        return {"permissions": [{"permission": {"id": name}, "scopes": ["Self"]} for name in names]}

    def _check_permission(self, _plan: Plan, _owner: Owner, _body: Document, request: Request) -> Document:
        name = request.one("permissionId") or ""
        allowed = name in PERMISSIONS and name not in request.extension.missing_permissions
        return {"successful": allowed, "details": {"permission": {"id": name}, "scopes": ["Self"] if allowed else []}}

    def _sync_contacts(self, _plan: Plan, owner: Owner, _body: Document, request: Request) -> Document:
        contacts = list(self._engine.documents("account/{}/extension/{}/address-book/contact", owner).values())
        since, kind = request.one("syncToken"), request.one("syncType") or "FSync"
        if kind == "ISync":
            if not since:
                raise invalid("syncToken")
            contacts = [one for one in contacts if str(one.get("lastModifiedTime", "")) >= since]
        now = stamp(self._clock.now())
        return {"records": contacts, "syncInfo": {"syncType": kind, "syncToken": now, "syncTime": now,
                                                  "olderRecordsExist": False}}  # fmt: skip

    def _create_location(self, found: Plan, owner: Owner, body: Document, _request: Request) -> None:
        extra = {"addressStatus": "Valid", "usageStatus": "Active", "visibility": "Public", "site": SITE}
        self._engine.store.put(found.kind, owner, {**self._engine.new(found, body), **extra})

    def _greet(self, found: Plan, owner: Owner, body: Document, request: Request) -> Document:
        """A greeting of the company; those of call recording are listed with its settings too."""
        if not request.files:
            raise invalid("binary")
        made = self._engine.new(found, body) | uploaded(request)
        self._engine.must_fit(found, made)
        made["uri"] = f"{path_of(request)}/{made['id']}"
        made["contentUri"] = f"{made['uri']}/content"
        self._engine.store.put(found.kind, owner, made)
        if made["type"] != "Company":
            listed = {"id": made["id"], "type": made["type"], "custom": {"id": made["id"], "uri": made["uri"]}}
            self._engine.store.put("account/{}/call-recording/custom-greetings", owner, listed)
        return made

    def _register(self, _plan: Plan, _owner: Owner, body: Document, request: Request) -> Document:
        """Another phone of the caller, online from now on."""
        if not body.get("sipInfo"):
            raise invalid("sipInfo")
        device = self._people.register(request.caller)
        line = {
            "username": request.caller.number, "password": device.id[::-1], "authorizationId": device.id,
            "domain": "sip.switchhook.example", "outboundProxy": "sip.switchhook.example:5096",
            "switchBackInterval": 3600,
        }  # fmt: skip
        flags = {"voipFeatureEnabled": "True", "voipCountryBlocked": "False", "outboundCallsEnabled": "True"}
        document = self._engine.documents(DEVICES, (self._people.account_id,))[device.id]
        asked = [one.get("transport", "UDP") for one in body["sipInfo"]]
        return {"device": document, "sipInfo": [{**line, "transport": one} for one in asked], "sipFlags": [flags],
                "sipErrorCodes": ["408", "502", "503", "504"]}  # fmt: skip

    def _update_device(self, found: Plan, owner: Owner, body: Document, request: Request) -> Document:
        device = self._engine.find(found, owner, request)
        moved = str((body.get("extension") or {}).get("id") or device["extension"]["id"])
        if moved not in self._engine.documents(EXTENSIONS, owner):
            raise invalid("extension.id")
        kept = {
            name: body[name] for name in ("useAsCommonPhone", "emergencyServiceAddress") if body.get(name) is not None
        }
        device = merge(device, kept)
        if body.get("emergency"):
            device = merge(device, {"emergency": body["emergency"]})
        if moved != device["extension"]["id"]:
            self._people.move_device(str(device["id"]), moved)
            device["extension"] = {"id": moved}
        self._engine.store.put(DEVICES, owner, device)
        if "emergencyServiceAddress" in kept or body.get("emergency"):
            self._people.address_changed(str(device["id"]), str(device["extension"]["id"]))
        return device


def _parsed(text: str, country: Document) -> Document:
    digits = re.sub(r"\D", "", text)
    national = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    parsed: Document = {"originalString": text, "normalized": ("+" if text.startswith("+") else "") + digits}
    if len(national) != 10:
        return {**parsed, "special": len(digits) <= 4, "dialable": digits}
    area, exchange, line = national[:3], national[3:6], national[6:]
    shown = f"{exchange}-{line}"
    return {**parsed, "areaCode": area, "country": country, "dialable": national, "e164": f"+1{national}",
            "formattedInternational": f"+1 ({area}) {shown}", "formattedNational": f"({area}) {shown}",
            "special": False, "tollFree": area in TOLL_FREE, "subscriberNumber": exchange + line}  # fmt: skip
