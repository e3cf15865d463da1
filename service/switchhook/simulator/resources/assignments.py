"""Who belongs to what: members of queues and groups, phones of a page, followed locations, recorded extensions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.simulator.errors import invalid
from switchhook.simulator.resources.actions import Action
from switchhook.simulator.resources.engine import Engine
from switchhook.simulator.resources.people import DEVICES, EXTENSIONS, People
from switchhook.simulator.resources.plans import Plan
from switchhook.simulator.resources.seeds import SITE
from switchhook.simulator.resources.store import Document, Owner
from switchhook.simulator.wire.request import Request

UPDATES = "account/{}/emergency-address-auto-update/"


class Assignments:
    """Operations that assign, by id in `of`."""

    def __init__(self, engine: Engine, people: People) -> None:
        self._engine = engine
        self._people = people
        self._following: dict[str, set[str]] = {"users": set(), "devices": set()}
        self._paging_devices: dict[str, list[str]] = {}
        self._recorded: dict[str, str] = {}
        engine.views |= {
            UPDATES + "users": lambda owner: self._followed("users", owner),
            UPDATES + "devices": lambda owner: self._followed("devices", owner),
            "account/{}/paging-only-groups/{}/users": lambda owner: people.people(people.members(owner[1])),
            "account/{}/paging-only-groups/{}/devices": self._devices_paged,
            "account/{}/call-recording/extensions": lambda _: people.people(self._recorded),
        }
        self.of: Mapping[str, Action] = {
            "assignMultipleCallQueueMembers": self._assign_queue,
            "assignMultipleDepartmentMembers": self._assign_departments,
            "assignMultiplePagingGroupUsersDevices": self._assign_paging,
            "updateCallMonitoringGroupList": self._assign_monitoring,
            "updateCallRecordingExtensionList": self._assign_recording,
            "assignMultipleAutomaticaLocationUpdatesUsers": self._assign_users,
            "assignMultipleDevicesAutomaticLocationUpdates": self._assign_devices,
            "updateUserCallQueues": self._join_queues,
            "updateFavoriteContactList": self._replace_favorites,
        }

    def _assign_queue(self, _plan: Plan, owner: Owner, body: Document, _request: Request) -> None:
        added, removed = body.get("addedExtensionIds", ()), body.get("removedExtensionIds", ())
        self._people.assign(owner[1], added, removed, "CallQueueMembersChange")

    def _assign_departments(self, _plan: Plan, owner: Owner, body: Document, _request: Request) -> None:
        queues = {str(one["id"]) for one in self._people.queues()}
        for at, item in enumerate(body.get("items", ())):
            if str(item.get("departmentId")) not in queues:
                raise invalid(f"items[{at}].departmentId")
            self._assign_queue(_plan, (owner[0], str(item["departmentId"])), item, _request)

    def _assign_paging(self, _plan: Plan, owner: Owner, body: Document, _request: Request) -> None:
        self._people.assign(owner[1], body.get("addedUserIds", ()), body.get("removedUserIds", ()), "ExtensionInfo")
        devices = self._paging_devices.setdefault(owner[1], [])
        removed = {str(one) for one in body.get("removedDeviceIds", ())}
        added = [str(one) for one in body.get("addedDeviceIds", ()) if str(one) not in devices]
        devices[:] = [*(one for one in devices if one not in removed), *added]

    def _devices_paged(self, owner: Owner) -> list[Document]:
        devices = self._engine.documents(DEVICES, owner[:1])
        return [devices[one] for one in self._paging_devices.get(owner[1], ()) if one in devices]

    def _assign_monitoring(self, _plan: Plan, owner: Owner, body: Document, _request: Request) -> None:
        kind = "account/{}/call-monitoring-groups/{}/members"
        members = self._engine.store.all(kind, owner)
        for item in (*body.get("addedExtensions", ()), *body.get("updatedExtensions", ())):
            found = self._people.people([str(item.get("id"))])
            if not found:
                raise invalid("addedExtensions")
            brief = found[0]
            members[brief["id"]] = {**brief, "permissions": item.get("permissions", [])}
        for item in body.get("removedExtensions", ()):
            members.pop(str(item.get("id")), None)
        group = self._engine.store.all("account/{}/call-monitoring-groups", owner[:1])[owner[1]]
        group["members"] = list(members)

    def _assign_recording(self, _plan: Plan, _owner: Owner, body: Document, _request: Request) -> None:
        for item in (*body.get("addedExtensions", ()), *body.get("updatedExtensions", ())):
            self._recorded[str(item.get("id"))] = item.get("callDirection", "All")
        for item in body.get("removedExtensions", ()):
            self._recorded.pop(str(item.get("id")), None)

    def _assign_users(self, _plan: Plan, _owner: Owner, body: Document, _request: Request) -> None:
        self._follow("users", body.get("enabledUserIds", ()), body.get("disabledUserIds", ()))

    def _assign_devices(self, _plan: Plan, _owner: Owner, body: Document, _request: Request) -> None:
        self._follow("devices", body.get("enabledDeviceIds", ()), body.get("disabledDeviceIds", ()))

    def _follow(self, what: str, on: Any, off: Any) -> None:
        self._following[what] |= {str(one) for one in on}
        self._following[what] -= {str(one) for one in off}

    def _followed(self, what: str, owner: Owner) -> list[Document]:
        documents = self._engine.documents(EXTENSIONS if what == "users" else DEVICES, owner).values()
        return [
            {**one, "featureEnabled": one["id"] in self._following[what], "site": SITE, "fullName": one["name"]}
            for one in documents
            if what == "devices" or one["type"] == "User"
        ]

    def _join_queues(self, _plan: Plan, owner: Owner, body: Document, _request: Request) -> Document:
        wanted = {str(one.get("id")) for one in body.get("records", ())}
        known = {str(one["id"]) for one in self._people.queues()}
        if wanted - known:
            raise invalid("records")
        for queue in known:
            joins = queue in wanted
            self._people.assign(
                queue, [owner[1]] if joins else [], [] if joins else [owner[1]], "CallQueueMembersChange"
            )
        return {"records": [one for one in self._people.queues() if one["id"] in wanted]}

    def _replace_favorites(self, found: Plan, owner: Owner, body: Document, _request: Request) -> Document:
        favorites = self._engine.store.all(found.kind, owner)
        favorites.clear()
        for at, item in enumerate(body.get("records", ()), 1):
            favorites[str(at)] = {**item, "id": str(at)}
        self._people.told("favorite", owner[1])
        return {"records": list(favorites.values())}
