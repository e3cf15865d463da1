"""The simulated company: its account, people, groups, numbers and phones. The same seed makes the same company."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

USER, QUEUE, MENU, PAGING = "User", "Department", "IvrMenu", "PagingOnly"


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number of the company. `usage` and `features` in the platform's words."""

    id: str
    phone_number: str
    usage: str
    extension_id: str | None
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phone:
    """A device of a person. `kind` is "SoftPhone" or "HardPhone"."""

    id: str
    kind: str
    name: str
    model: str
    serial: str
    extension_id: str


@dataclass(frozen=True, slots=True)
class Member:
    """An extension: a person, a call queue, a menu or a paging group. `kind` in the platform's words."""

    id: str
    number: str
    kind: str
    name: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    department: str = ""
    administrator: bool = False
    members: tuple[str, ...] = ()
    """Of a queue or paging group: the extension ids of its people."""


@dataclass(frozen=True)
class Company:
    """One account. Numbers are E.164, ids decimal strings."""

    account_id: str
    name: str
    members: tuple[Member, ...]
    numbers: tuple[Number, ...]
    phones: tuple[Phone, ...]

    @cached_property
    def by_id(self) -> dict[str, Member]:
        """Members by extension id."""
        return {member.id: member for member in self.members}

    @cached_property
    def by_number(self) -> dict[str, Member]:
        """Members by extension number ("101")."""
        return {member.number: member for member in self.members}

    @property
    def people(self) -> list[Member]:
        """The users."""
        return [member for member in self.members if member.kind == USER]

    @property
    def main_number(self) -> str:
        """The number that the menu answers."""
        return next(number.phone_number for number in self.numbers if number.usage == "MainCompanyNumber")

    def direct_number(self, extension_id: str) -> str:
        """The person's own number. Raises LookupError if there is none."""
        for number in self.numbers:
            if number.extension_id == extension_id and number.usage == "DirectNumber":
                return number.phone_number
        raise LookupError(f"extension {extension_id} has no direct number")

    def phones_of(self, extension_id: str) -> list[Phone]:
        """The person's phones, softphone first."""
        return [phone for phone in self.phones if phone.extension_id == extension_id]

    def owner_of(self, phone_number: str) -> Member | None:
        """Whom a number of the company reaches: by E.164 or by extension number."""
        if phone_number in self.by_number:
            return self.by_number[phone_number]
        for number in self.numbers:
            if number.phone_number == phone_number:
                return self.by_id[number.extension_id] if number.extension_id else self.by_number["100"]
        return None


PEOPLE = (("101", "Ann", "Archer", "Front office"), ("102", "Bob", "Baker", "Sales"), ("103", "Cid", "Cooper", "Sales"))


def found(seed: int = 0) -> Company:
    """The company of a seed: 101 Ann Archer (who administers it), 102 Bob Baker, 103 Cid Cooper; 100 the menu with the
    main number, 200 the queue "Sales" and 300 a paging group of all three.
    """
    chance = random.Random(f"company {seed}")  # noqa: S311 - repeatable on purpose
    root = chance.randrange(300_000, 900_000) * 1_000_000
    account_id = str(root + 4)
    people = [
        Member(str(root + 1_004 + index * 1_000), number, USER, f"{first} {last}", first, last,
               f"{first.lower()}.{last.lower()}@example.com", department, administrator=index == 0)
        for index, (number, first, last, department) in enumerate(PEOPLE)
    ]  # fmt: skip
    everyone = tuple(person.id for person in people)
    menu = Member(str(root + 100_004), "100", MENU, "Main menu")
    queue = Member(str(root + 200_004), "200", QUEUE, "Sales", email="sales@example.com", members=everyone)
    paging = Member(str(root + 300_004), "300", PAGING, "Everybody's phones", members=everyone)
    area = chance.choice(("205", "312", "415", "503", "617", "720"))
    line = chance.randrange(1_000, 9_000)
    numbers = [
        Number(str(root + 500_001), f"+1{area}555{line:04}", "MainCompanyNumber", None, ("CallerId", "SmsSender")),
        Number(str(root + 500_002), f"+1{area}555{line + 1:04}", "CompanyFaxNumber", None, ("CallerId",)),
    ]
    phones = []
    for index, person in enumerate(people):
        features = ("CallerId", "SmsSender", "MmsSender")
        number = f"+1{area}555{line + 101 + index:04}"
        numbers.append(Number(str(root + 500_101 + index), number, "DirectNumber", person.id, features))
        soft, hard = str(root + 600_001 + index * 10), str(root + 600_002 + index * 10)
        phones.append(
            Phone(soft, "SoftPhone", f"{person.first_name}'s computer", "RingCentral for Desktop", "", person.id)
        )
        phones.append(
            Phone(hard, "HardPhone", f"{person.first_name}'s desk phone", "Polycom VVX-411",
                  f"0004F2{chance.randrange(16**6):06X}", person.id)
        )  # fmt: skip
    return Company(account_id, "Example Supplies", (menu, *people, queue, paging), tuple(numbers), tuple(phones))
