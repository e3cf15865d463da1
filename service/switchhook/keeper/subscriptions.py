"""The calls about push subscriptions of one identity: list, create, update or renew, delete. No decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from switchhook.api.client import Priority
from switchhook.errors import NotFound
from switchhook.keeper.client import Client
from switchhook.keeper.standing import Owner, Standing, read_standing
from switchhook.notification import Addresses, SubscriptionName


class Subscriptions:
    """All raise ApiError. What was granted is read from each answer, never assumed."""

    def __init__(self, client: Client, addresses: Addresses, owner: Owner) -> None:
        self._client = client
        self._addresses = addresses
        self._owner = owner
        self._read_before: dict[str, tuple[Mapping[str, Any], Standing]] = {}
        self._listed: tuple[Sequence[Mapping[str, Any]], list[Standing]] = (), []

    async def listing(self) -> Sequence[Standing]:
        """Webhook subscriptions of this user and application, whoever made them; those of other transports left out."""
        answer = await self._call("listSubscriptions")
        records: Sequence[Mapping[str, Any]] = (answer or {}).get("records") or ()
        if records == self._listed[0]:
            return self._listed[1]
        read: dict[str, tuple[Mapping[str, Any], Standing]] = {}
        for record in records:
            told = dict(record)
            told.pop("expiresIn", None)  # another number in every listing, which tells nothing new
            before = self._read_before.get(record["id"])
            if before is not None and before[0] == told:
                read[record["id"]] = before
            elif (record.get("deliveryMode") or {}).get("transportType") == "WebHook":
                read[record["id"]] = told, self._read(record)
        self._read_before = read
        self._listed = records, [standing for _, standing in read.values()]
        return self._listed[1]

    async def create(self, name: SubscriptionName, filters: Sequence[str], lifetime: int) -> Standing:
        """Subscribe; the platform shakes hands with our ingress before it answers."""
        body = {
            "eventFilters": list(filters),
            "expiresIn": lifetime,
            "deliveryMode": {
                "transportType": "WebHook",
                "address": self._addresses.address(name),
                "verificationToken": self._addresses.verification_token(name),
            },
        }
        return self._read(await self._call("createSubscription", {"body": body}))

    async def update(self, subscription_id: str, filters: Sequence[str], lifetime: int) -> Standing:
        """Replace the filters and renew. Both are sent, because the platform's word on what it keeps is not one."""
        body = {"eventFilters": list(filters), "expiresIn": lifetime}
        return self._read(await self._call("updateSubscription", {"subscriptionId": subscription_id, "body": body}))

    async def delete(self, subscription_id: str) -> None:
        """Cancel. One that is gone already is success."""
        try:
            await self._call("deleteSubscription", {"subscriptionId": subscription_id})
        except NotFound:
            return

    def _read(self, answer: Mapping[str, Any]) -> Standing:
        return read_standing(answer, self._owner, self._addresses)

    async def _call(self, operation: str, parameters: Mapping[str, Any] | None = None) -> Any:
        return await self._client.call(operation, parameters, priority=Priority.KEEPER)
