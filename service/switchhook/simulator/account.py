"""The simulated company: its extensions, their phone numbers and devices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from switchhook.simulator.identifiers import Identifiers

MAIN_NUMBER = "+16505551000"
FAX_NUMBER = "+16505551001"


@dataclass(slots=True)
class Device:
    """A phone. Only one that is online can be rung, answer or call out."""

    id: str
    type: Literal["SoftPhone", "HardPhone", "OtherPhone", "WebPhone"]
    name: str
    online: bool = True


@dataclass(slots=True)
class Extension:
    """A person, a queue or a menu with a number inside the company."""

    id: str
    number: str
    first_name: str
    last_name: str = ""
    type: str = "User"
    """In the platform's words: "User", "IvrMenu", "Department" (a call queue), "PagingOnly", …"""
    phone_numbers: list[str] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    super_admin: bool = False
    enabled: bool = True
    """Disabled or frozen ones can do nothing."""
    password: str = ""
    missing_permissions: set[str] = field(default_factory=set)
    """User permissions taken away on purpose, such as "ReadPresenceStatus"."""
    members: list[str] = field(default_factory=list)
    """Of a queue: the ids of its agents, in the order in which they are rung."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name or 'line'}@switchhook.example".lower()

    @property
    def is_user(self) -> bool:
        return self.type == "User"

    def online_devices(self) -> list[Device]:
        return [device for device in self.devices if device.online]


@dataclass(slots=True)
class Account:
    """One company account."""

    id: str
    main_number: str
    extensions: dict[str, Extension]
    """By id."""
    fax_numbers: tuple[str, ...] = ()
    """Numbers that take faxes alone."""

    def extension(self, which: str) -> Extension:
        """By id, extension number or direct phone number. Raises LookupError naming what there is."""
        found = self.extensions.get(which) or self.by_number(which) or self.by_phone_number(which)
        if found is None:
            numbers = ", ".join(sorted(each.number for each in self.extensions.values()))
            raise LookupError(f"no extension {which!r}; there are {numbers}")
        return found

    def by_number(self, number: str) -> Extension | None:
        return next((each for each in self.extensions.values() if each.number == number), None)

    def by_phone_number(self, number: str) -> Extension | None:
        return next((each for each in self.extensions.values() if number in each.phone_numbers), None)

    def device(self, device_id: str) -> tuple[Extension, Device] | None:
        return next(
            ((each, device) for each in self.extensions.values() for device in each.devices if device.id == device_id),
            None,
        )

    @property
    def menu(self) -> Extension:
        """The menu that answers the main number."""
        return next(each for each in self.extensions.values() if each.type == "IvrMenu")

    def users(self) -> Iterable[Extension]:
        return (each for each in self.extensions.values() if each.is_user)


def company(identifiers: Identifiers) -> Account:
    """The company of `Platform`: a menu (100) and three people (101 to 103), each with two phones; a call queue (200)
    and a paging group (300) of the three.
    """
    account = Account(identifiers.entity(), MAIN_NUMBER, {}, (FAX_NUMBER,))
    menu = Extension(identifiers.entity(), "100", "Main Menu", type="IvrMenu", phone_numbers=[MAIN_NUMBER])
    account.extensions[menu.id] = menu
    for number, first, last in (("101", "Ann", "Archer"), ("102", "Bob", "Baker"), ("103", "Cid", "Cooper")):
        extension = Extension(identifiers.entity(), number, first, last, phone_numbers=[f"+16505551{number}"])
        extension.super_admin = number == "101"
        extension.password = identifiers.token(9)
        extension.devices = [
            Device(identifiers.entity(), "SoftPhone", f"{first}'s app"),
            Device(identifiers.entity(), "HardPhone", f"{first}'s desk phone"),
        ]
        account.extensions[extension.id] = extension
    people = [each.id for each in account.users()]
    for number, name, kind in (("200", "Sales", "Department"), ("300", "Everybody's phones", "PagingOnly")):
        group = Extension(identifiers.entity(), number, name, type=kind, members=list(people))
        account.extensions[group.id] = group
    return account
