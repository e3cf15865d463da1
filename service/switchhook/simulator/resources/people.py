"""The company as documents: extensions, numbers, devices, and the lists that are made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from switchhook.simulator.account import Account, Device, Extension
from switchhook.simulator.errors import Refused
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence, Publish
from switchhook.simulator.resources.documents import (
    brief,
    company_document,
    device_document,
    directory_entry,
    extension_document,
    number_document,
    path_of,
)
from switchhook.simulator.resources.engine import Engine
from switchhook.simulator.resources.store import Document, Owner, merge

EXTENSIONS, DEVICES, NUMBERS = "account/{}/extension", "account/{}/device", "account/{}/phone-number"
MOST_REGISTRATIONS = 5
HINTS = {
    "answering-rule": "AnsweringRules",
    "business-hours": "AnsweringRules",
    "video-configuration": "VideoConfiguration",
}
"""What of an extension, when it changes, the filter of the extension tells with which hint."""


class People:
    """Keeps the documents of the company and the company itself in step, and tells of changes."""

    def __init__(self, engine: Engine, account: Account, identifiers: Identifiers, publish: Publish) -> None:
        self._engine = engine
        self._account = account
        self._identifiers = identifiers
        self._publish = publish
        self._lines = 0
        """The number of the latest notification of whom somebody may watch."""
        engine.planted["account"] = lambda _: [company_document(account)]
        engine.refresh |= {EXTENSIONS: self._follow_extensions, DEVICES: self._follow_devices, NUMBERS: self._numbers}
        engine.written[EXTENSIONS] = self._extension_written
        engine.removed[EXTENSIONS] = self._extension_removed
        of = "account/{}/extension/{}/"
        for kind, hint in HINTS.items():
            engine.written[of + kind] = engine.removed[of + kind] = self._hinting(hint)
        engine.views |= {
            of + "device": lambda owner: self._of(DEVICES, owner),
            of + "phone-number": self._extension_numbers,
            of + "grant": self._grants,
            of + "address-book-sync": lambda owner: engine.documents(of + "address-book/contact", owner).values(),
            of + "call-queues": lambda owner: [one for one in self.queues() if owner[1] in self.members(one["id"])],
            "account/{}/call-queues": lambda _: self.queues(),
            "account/{}/call-queues/{}/members": lambda owner: self.people(self.members(owner[1])),
            "account/{}/department": lambda _: self.queues(),
            "account/{}/department/{}/members": lambda owner: self.people(self.members(owner[1])),
            "account/{}/paging-only-groups": lambda _: self._typed("PagingOnly"),
            "account/{}/directory/entries": self._directory,
        }

    def _hinting(self, hint: str) -> Callable[[Owner, Document], None]:
        return lambda owner, _document: self.changed(owner[1], "Update", hint)

    @property
    def path(self) -> str:
        """Where the account is."""
        return path_of(self._account)

    def _follow_extensions(self, _owner: Owner, documents: dict[str, Document]) -> None:
        for gone in documents.keys() - self._account.extensions.keys():
            del documents[gone]
        for id_, extension in self._account.extensions.items():
            if id_ not in documents:
                documents[id_] = extension_document(self._account, extension)

    def _extension_written(self, _owner: Owner, document: Document) -> None:
        contact = document.get("contact", {})
        id_ = str(document["id"])
        extension = self._account.extensions.get(id_)
        created = extension is None
        if extension is None:
            document = {"status": "NotActivated", **document}
            number = str(document.get("extensionNumber") or self._free_number())
            extension = Extension(id_, number, "", type=document.get("type", "User"))
            self._account.extensions[id_] = extension
        extension.first_name = contact.get("firstName", extension.first_name)
        extension.last_name = contact.get("lastName", extension.last_name)
        extension.number = str(document.get("extensionNumber", extension.number))
        extension.enabled = document.get("status") not in ("Disabled", "Frozen")
        known = extension_document(self._account, extension)
        # the document says what was written, on top of what is always known; the name follows from the parts
        self._engine.store.put(EXTENSIONS, (self._account.id,), merge(known, {**document, "name": extension.name}))
        self.changed(id_, "Create" if created else "Update", "ExtensionInfo")
        if created:
            self._colleagues_changed()

    def _free_number(self) -> str:
        taken = {each.number for each in self._account.extensions.values()}
        return next(str(number) for number in range(104, 100_000) if str(number) not in taken)

    def _extension_removed(self, _owner: Owner, document: Document) -> None:
        # who watches the own extension hears of its end, and of nothing more
        self.changed(str(document["id"]), "Delete", "ExtensionInfo")
        self._account.extensions.pop(str(document["id"]), None)
        self._colleagues_changed()

    def _colleagues_changed(self) -> None:
        """Everybody sees other colleagues: whom they have grants of, and whom they may watch."""
        people = list(self._account.users())
        for person in people:
            self.told("grant", person.id)
            self._lines += 1
            others = [{"id": each.id} for each in people if each is not person]
            uri = f"{self.path}/extension/{person.id}/presence/line"
            body = {"extension": others, "sequence": self._lines}
            self._publish(Occurrence("line", uri, body, (person.id,)))

    def changed(self, extension_id: str, event: str, hint: str) -> None:
        """Tell who watches the extension, the list of extensions, the directory."""
        one = {"extensionId": extension_id, "eventType": event, "hints": [hint]}
        uri = f"{self.path}/extension"
        if event != "Create":
            self._publish(Occurrence("extension", f"{uri}/{extension_id}", one, (extension_id,)))
        self._publish(Occurrence("extensions", uri, {"extensions": [one]}))
        if hint in ("ExtensionInfo", "ProfileImage", "CompanyNumbers"):
            contact: Document = {"id": extension_id, "eventType": event}
            if event != "Delete":
                known = self._engine.documents(EXTENSIONS, (self._account.id,))[extension_id]
                contact |= directory_entry(self._account, self._account.extensions[extension_id], known)
            self._publish(Occurrence("directory", f"{self.path}/directory/entries", {"contacts": [contact]}))

    def favoured_by(self, extension_id: str) -> tuple[str, ...]:
        """The people who have somebody among their favourites."""
        kind = "account/{}/extension/{}/favorite"
        owners = [each.id for each in self._account.users()]
        return tuple(
            owner
            for owner in owners
            for one in self._engine.store.all(kind, (self._account.id, owner)).values()
            if str(one.get("extensionId")) == extension_id
        )

    def told(self, kind: str, extension_id: str) -> None:
        """Tell that something of an extension changed which has a filter of its own (`favorite`, `grant`)."""
        uri = f"{self.path}/extension/{extension_id}/{kind}"
        self._publish(Occurrence(kind, uri, {"extensionId": extension_id}, (extension_id,)))

    def _follow_devices(self, _owner: Owner, documents: dict[str, Document]) -> None:
        alive = {
            device.id: (extension, device)
            for extension in self._account.extensions.values()
            for device in extension.devices
        }
        for gone in documents.keys() - alive.keys():
            del documents[gone]
        for id_, (extension, device) in alive.items():
            if id_ not in documents:
                documents[id_] = device_document(self._account, extension, device)
            documents[id_]["status"] = "Online" if device.online else "Offline"

    @property
    def account_id(self) -> str:
        """The id of the account."""
        return self._account.id

    def register(self, extension: Extension) -> Device:
        """A new phone in a browser. Raises Refused (403) for the sixth of a person."""
        if sum(one.type == "WebPhone" for one in extension.devices) >= MOST_REGISTRATIONS:
            raise Refused(403, "SIP-101", "Too many registrations of this user")
        device = Device(self._identifiers.entity(), "WebPhone", f"{extension.first_name}'s browser")
        extension.devices.append(device)
        return device

    def move_device(self, device_id: str, extension_id: str) -> None:
        """A phone goes to somebody else."""
        found = self._account.device(device_id)
        if found is not None:
            found[0].devices.remove(found[1])
            self._account.extensions[extension_id].devices.append(found[1])

    def address_changed(self, device_id: str, extension_id: str) -> None:
        """Tell that the emergency address of a phone is another one."""
        uri = f"{self.path}/device/{device_id}/emergency-address"
        body = {"extensionId": extension_id, "deviceId": device_id}
        self._publish(Occurrence("emergency-address", uri, body, (device_id,)))

    def _numbers(self, _owner: Owner, documents: dict[str, Document]) -> None:
        documents.clear()
        for extension in self._account.extensions.values():
            for phone in extension.phone_numbers:
                one = number_document(self._account, phone, extension)
                documents[one["id"]] = one

    def _extension_numbers(self, owner: Owner) -> list[Document]:
        numbers = self._engine.documents(NUMBERS, owner[:1]).values()
        return [one for one in numbers if one.get("extension", {}).get("id", owner[1]) == owner[1]]

    def _of(self, kind: str, owner: Owner) -> list[Document]:
        return [one for one in self._engine.documents(kind, owner[:1]).values() if one["extension"]["id"] == owner[1]]

    def _typed(self, *types: str) -> list[Document]:
        return [brief(self._account, each) for each in self._account.extensions.values() if each.type in types]

    def queues(self) -> list[Document]:
        """Call queues, which the platform also calls departments."""
        return self._typed("Department")

    def members(self, group_id: str) -> list[str]:
        """The ids of the people of a queue or paging group; changing the list changes the group."""
        return self._account.extensions[group_id].members

    def people(self, ids: Iterable[str]) -> list[Document]:
        """Extensions in short."""
        return [brief(self._account, self._account.extensions[id_]) for id_ in ids if id_ in self._account.extensions]

    def assign(self, group_id: str, added: Iterable[Any], removed: Iterable[Any], hint: str) -> None:
        """People join and leave a queue or a paging group."""
        members = self.members(group_id)
        leaving = {str(one) for one in removed}
        joining = [str(one) for one in added if str(one) not in members]
        members[:] = [*(one for one in members if one not in leaving), *joining]
        self.changed(group_id, "Update", hint)

    def _grants(self, owner: Owner) -> list[Document]:
        rights = dict.fromkeys(("callPickup", "callMonitoring", "callOnBehalfOf", "callDelegation", "groupPaging",
                                "callQueueSetup", "callQueueMembersSetup"), False)  # fmt: skip
        return [
            {"id": each.id, "uri": f"{self.path}/extension/{owner[1]}/grant/{each.id}",
             "extension": brief(self._account, each), **rights, "callPickup": True}
            for each in self._account.users() if each.id != owner[1]
        ]  # fmt: skip

    def _directory(self, _owner: Owner) -> list[Document]:
        documents = self._engine.documents(EXTENSIONS, (self._account.id,))
        return [directory_entry(self._account, self._account.extensions[id_], one) for id_, one in documents.items()]
