"""What to do about Glip incoming webhooks: declared + remembered + listed → actions. Pure.

A webhook has neither name nor note at the platform, so which is which must be remembered. Before one is created, the
ids that exist are written down: after a crash, or a lost answer, the one that is new is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Do(StrEnum):
    """What an action does."""

    CREATE = "create"
    ADOPT = "adopt"
    """Remember one that our own creation made, whose answer was lost."""
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    DELETE = "delete"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Declared:
    """A webhook of the settings, its chat resolved to an id. `state`: active, suspended or absent."""

    name: str
    chat_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of a name: the id of its webhook ("" while it is being created) and its chat.

    `before`: the ids that existed when the creation began. `former`: the id of what it replaces.
    """

    name: str
    id: str
    chat_id: str
    before: tuple[str, ...] = ()
    former: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A webhook as the platform lists it. `uri` is the secret address."""

    id: str
    chat_ids: frozenset[str]
    status: str
    creator_id: str
    uri: str

    def __repr__(self) -> str:
        return f"Listed({self.id[:4]}…, {self.status})"

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Listed:
        """From a record of the platform."""
        return cls(
            id=str(record.get("id", "")),
            chat_ids=frozenset(str(each) for each in record.get("groupIds") or ()),
            status=str(record.get("status", "")),
            creator_id=str(record.get("creatorId", "")),
            uri=str(record.get("uri", "")),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `id` is the webhook's; for a creation that of the one it replaces, or ""."""

    do: Do
    name: str
    reason: str
    id: str = ""
    chat_id: str = ""


def plan_webhooks(
    declared: Sequence[Declared], kept: Mapping[str, Kept], listing: Sequence[Listed], own_id: str
) -> tuple[Step, ...]:
    """Compare and decide. Webhooks that nobody declared are left alone, also those once declared."""
    here = {each.id: each for each in listing if each.status != "Deleted"}
    claimed = {each.id for each in kept.values() if each.id}
    steps: list[Step] = []
    for wish in declared:
        known = kept.get(wish.name)
        hook = here.get(known.id) if known is not None and known.id else None
        if hook is not None and known is not None and known.chat_id == wish.chat_id:
            steps += _change(wish, hook)
        elif wish.state == "absent":
            steps += _remove(wish, known, hook)
        else:
            found = _own_creation(known, here, claimed, own_id)
            if found is not None:
                claimed.add(found.id)
                steps.append(Step(Do.ADOPT, wish.name, "made by us, answer lost", found.id, wish.chat_id))
            else:
                former = hook.id if hook is not None else known.former if known is not None else ""
                steps.append(Step(Do.CREATE, wish.name, _why(known, hook), former, wish.chat_id))
            continue
        if known is not None and known.id and known.former in here:
            steps.append(Step(Do.DELETE, wish.name, "another one took its place", known.former))
    return tuple(steps)


def _change(wish: Declared, hook: Listed) -> list[Step]:
    if wish.state == "absent":
        return [Step(Do.DELETE, wish.name, "the settings say absent", hook.id)]
    if wish.state == "active" and hook.status != "Active":
        return [Step(Do.ACTIVATE, wish.name, f"is {hook.status.lower()}", hook.id)]
    if wish.state == "suspended" and hook.status == "Active":
        return [Step(Do.SUSPEND, wish.name, "the settings say suspended", hook.id)]
    return []


def _remove(wish: Declared, known: Kept | None, hook: Listed | None) -> list[Step]:
    if hook is not None:
        return [Step(Do.DELETE, wish.name, "the settings say absent", hook.id)]
    return [Step(Do.FORGET, wish.name, "somebody removed it already")] if known is not None else []


def _own_creation(known: Kept | None, here: Mapping[str, Listed], claimed: set[str], own_id: str) -> Listed | None:
    """The webhook that a creation of ours made without our hearing of it."""
    if known is None or known.id:
        return None
    new = [
        each
        for each in here.values()
        if each.id not in known.before
        and each.id not in claimed
        and each.creator_id == own_id
        and known.chat_id in each.chat_ids
    ]
    return min(new, key=lambda each: each.id) if new else None


def _why(known: Kept | None, hook: Listed | None) -> str:
    if hook is not None:
        return "its chat is another one now"
    return "somebody removed it" if known is not None and known.id else "missing"
