"""The simulated company."""

from __future__ import annotations

import pytest

from switchhook.simulator.company import found


def test_the_same_seed_makes_the_same_company() -> None:
    """Ids and numbers follow from the seed alone, and differ with it."""
    assert found(7) == found(7)
    assert found(7).account_id != found(8).account_id


def test_people_have_numbers_and_phones() -> None:
    """Each of the three people has a direct number, a softphone and a hard phone; ids are never shared."""
    company = found()
    assert [person.number for person in company.people] == ["101", "102", "103"]
    for person in company.people:
        assert company.owner_of(company.direct_number(person.id)) == person
        assert [phone.kind for phone in company.phones_of(person.id)] == ["SoftPhone", "HardPhone"]
    ids = [one.id for one in (*company.members, *company.numbers, *company.phones)]
    assert len(ids) == len(set(ids))


def test_the_main_number_reaches_the_menu() -> None:
    """A number without a person belongs to the menu; a stranger's to nobody; a menu has no direct number."""
    company = found()
    menu = company.by_number["100"]
    assert company.owner_of(company.main_number) == menu
    assert company.owner_of("+16505550100") is None
    with pytest.raises(LookupError, match=menu.id):
        company.direct_number(menu.id)
