"""Work that is accepted at once and looked at later: bulk changes of the network map, reports, exports."""

from __future__ import annotations

import re
from collections.abc import Mapping

from switchhook.simulator.clock import Clock, stamp
from switchhook.simulator.resources.actions import Action
from switchhook.simulator.resources.assignments import UPDATES
from switchhook.simulator.resources.engine import Engine, path_of
from switchhook.simulator.resources.people import People
from switchhook.simulator.resources.plans import Plan
from switchhook.simulator.resources.samples import MOMENT
from switchhook.simulator.resources.store import Document, Owner, merge
from switchhook.simulator.wire.request import Request

BULK = {"switches": "Switches", "wireless-points": "WirelessPoints"}
HARDWARE_ADDRESS = re.compile(r"([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")


class Tasks:
    """Operations that leave a task behind, by id in `of`."""

    def __init__(self, engine: Engine, people: People, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        engine.views["account/{}/message-store-report/{}/archive"] = lambda owner: [
            {"id": "1", "size": 0, "uri": f"{people.path}/message-store-report/{owner[1]}/archive/1"}
        ]
        self.of: Mapping[str, Action] = {
            "createMultipleSwitches": self._bulk,
            "updateMultipleSwitches": self._bulk,
            "createMultipleWirelessPoints": self._bulk,
            "updateMultipleWirelessPoints": self._bulk,
            "validateMultipleSwitches": self._validate,
            "validateMultipleWirelessPoints": self._validate,
            "createMessageStoreReport": self._finished,
            "createDataExportTask": self._export,
        }

    def _bulk(self, found: Plan, owner: Owner, body: Document, _request: Request) -> Document:
        things, _, verb = found.kind.rpartition("/")[2].partition("-bulk-")
        kind = UPDATES + things
        results = []
        for item in body.get("records", ()):
            if verb == "create":
                document = self._engine.new(found, item)
                results.append(document)
            else:
                known = self._engine.store.all(kind, owner).get(str(item.get("id")))
                document = merge(known, item) if known else {}
                results.append(document or {**item, "errors": [{"errorCode": "CMN-102", "message": "Not found"}]})
            if document:
                self._engine.store.put(kind, owner, document)
        task = self._finished(found, owner, {}, _request)
        task |= {"type": BULK[things] + ("BulkCreate" if verb == "create" else "BulkUpdate"),
                 "result": {"records": [{**one, "status": "Failed" if "errors" in one else "Completed"}
                                        for one in results]}}  # fmt: skip
        self._engine.store.put(UPDATES + "tasks", owner, {**task, "status": "Completed"})
        return {"task": {**task, "status": "Accepted"}}

    def _finished(self, found: Plan, owner: Owner, body: Document, request: Request) -> Document:
        """A task: accepted in the answer, completed when it is next looked at."""
        task = {**self._engine.new(found, body), "status": "Completed", "accountId": owner[0] if owner else None,
                "extensionId": request.caller.id, "dateFrom": body.get("dateFrom", MOMENT),
                "dateTo": body.get("dateTo", stamp(self._clock.now()))}  # fmt: skip
        self._engine.store.put(found.kind, owner, task)
        return {**task, "status": "Accepted"}

    def _export(self, found: Plan, owner: Owner, body: Document, request: Request) -> Document:
        task = self._engine.new(found, {})
        person = request.caller
        task |= {"creator": {"id": person.id, "firstName": person.first_name, "lastName": person.last_name},
                 "specific": body, "status": "Completed", "uri": f"{path_of(request)}/{task['id']}"}  # fmt: skip
        task["datasets"] = [{"id": "1", "uri": f"{task['uri']}/datasets/1", "size": 0}]
        self._engine.store.put(found.kind, owner, task)
        return {**task, "status": "Accepted"}

    def _validate(self, found: Plan, _owner: Owner, body: Document, _request: Request) -> Document:
        mark = "bssid" if "wireless" in found.kind else "chassisId"
        seen: set[str] = set()
        records = []
        for item in body.get("records", ()):
            value = str(item.get(mark, ""))
            good = HARDWARE_ADDRESS.fullmatch(value) is not None and value not in seen
            seen.add(value)
            error = {"errorCode": "EMG-101", "message": f"Parameter [{mark}] value is invalid", "parameterName": mark}
            records.append({"id": str(item.get("id", "")), mark: value, "status": "Valid" if good else "Invalid",
                            "errors": [] if good else [error]})  # fmt: skip
        return {"records": records}
