"""Plausible values for what a schema declares and nobody has said: by name first, then by type. Seeded, pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from switchhook.simulator.resources.shapes import properties
from switchhook.simulator.schemas import Schema, resolve

DEEPEST = 6
MOMENT = "2026-01-05T08:00:00.000Z"

# Values of names that mean the same everywhere in the API.
BY_NAME: Mapping[str, Any] = {
    "street": "20 Davis Drive", "street2": "Floor 2", "city": "Belmont", "state": "California", "zip": "94002",
    "country": "United States", "stateIsoCode": "CA", "stateName": "California", "stateId": "17",
    "countryId": "1", "countryIsoCode": "US", "countryName": "United States", "isoCode": "US", "callingCode": "1",
    "customerName": "Example Supplies", "company": "Example Supplies", "companyName": "Example Supplies",
    "brandId": "1210", "phoneNumber": "+16505550142", "callerId": "+16505550142", "faxNumber": "+16505550143",
    "formattedNumber": "(650) 555-0142", "email": "ann.archer@example.com", "firstName": "Ann", "lastName": "Archer",
    "name": "Example", "displayName": "Example", "description": "Made by the simulator", "label": "Main",
    "extensionNumber": "101", "department": "Front office", "jobTitle": "Clerk", "timeFrom": "09:00",
    "timeTo": "18:00", "from": "09:00", "to": "18:00", "localeCode": "en-US", "bias": "-480", "startIp": "10.0.0.10",
    "endIp": "10.0.0.250", "bssid": "00:1B:44:11:3A:B7", "chassisId": "F8:B1:56:FE:12:88", "color": "#0684bd",
    "serial": "0004F2A1B2C3", "contentType": "text/plain", "language": "en-US", "currency": "USD",
    "versionString": "1.0.39", "uriString": "v1.0", "serverVersion": "12.0", "serverRevision": "simulated",
    "edition": "Standard", "quantity": 1, "size": 1024, "duration": 30, "password": "********", "ivrPin": "123456",
    "startTime": MOMENT, "endTime": MOMENT, "creationTime": MOMENT, "lastModifiedTime": MOMENT, "till": MOMENT,
    "dateFrom": MOMENT, "dateTo": MOMENT, "time": MOMENT, "lastUpdated": MOMENT, "releaseDate": MOMENT,
    "lastLocationReportTime": MOMENT, "vmDuration": 12, "flipNumber": "2", "endingOn": "None", "ringCount": 4,
    "etag": "a1b2c3d4", "code": "en-US", "domain": "example.com", "vendor": "Simulated",
}  # fmt: skip


class Samples:
    """Makes values. `identity` gives the next id; the same seed and the same calls give the same values."""

    def __init__(self, chance: Random, identity: Callable[[], str], base: str = "") -> None:
        self._chance = chance
        self._identity = identity
        self._base = base

    def of(self, schema: Schema, name: str = "", depth: int = 0, *, required_only: bool = False) -> Any:
        """A value of a schema: every declared property, or only those that must be there."""
        declared = resolve(schema)
        if "default" in declared:
            return declared["default"]
        if declared.get("enum"):
            return declared["enum"][0]
        kind = declared.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object" or "properties" in declared or "allOf" in declared:
            return self._object(declared, depth, required_only=required_only)
        if kind == "array":
            least = 1 if not required_only else int(declared.get("minItems", 0))
            return (
                [self.of(declared.get("items", {}), name, depth + 1) for _ in range(least)] if depth < DEEPEST else []
            )
        return self._scalar(declared, kind, name)

    def _object(self, schema: Schema, depth: int, *, required_only: bool) -> dict[str, Any]:
        if depth > DEEPEST:
            return {}
        names = schema.get("required", ()) if required_only else properties(schema)
        declared = properties(schema)
        return {
            name: self.of(declared[name], name, depth + 1, required_only=required_only)
            for name in names
            if name in declared
        }

    def _scalar(self, schema: Schema, kind: Any, name: str) -> Any:
        if kind == "boolean":
            return name in ("enabled", "available", "active", "loginAllowed", "signupAllowed", "numberSelling")
        value: Any = self._identity() if name == "id" or name.endswith("Id") else None
        value = BY_NAME.get(name, value)
        if kind in ("integer", "number"):
            number = int(value) if str(value).lstrip("-").isdigit() else 1
            return min(max(number, schema.get("minimum", number)), schema.get("maximum", number))
        if schema.get("format") == "date-time":
            return MOMENT
        if schema.get("format") == "uri" or name.lower().endswith("uri"):
            return f"{self._base}/restapi/v1.0"
        return str(value) if value is not None else name or "text"
