"""The message to the European single window: its envelope, and what it would be refused for."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from maritime_app.boarding.manifest import emswe, service
from maritime_app.boarding.manifest.emswe import Lack
from maritime_app.boarding.manifest.words import lack_words
from maritime_app.ferries.operations.model import ActingStaff
from tests.factories import ADA, BO
from tests.rows import value

KNOWN = {**ADA, "gender": "female", "nationality": "NO"}


@dataclass
class Required:
    """An element that must be there, where it stands, and what makes it empty."""

    element: str
    path: str
    emptied: dict


# What a window asks for, written down apart from the code that makes it.
ENVELOPE = [
    Required("SenderParty", "ExchangedDocument/SenderParty/Name", {"operator": {"name": ""}}),
    Required("VoyageNumber", "LogisticsTransportMovement/ID", {"route_code": ""}),
    Required(
        "PortOfDeparture",
        "LogisticsTransportMovement/DepartureTransportEvent/LocationCode",
        {"origin": {"code": "stop-17"}},
    ),
    Required(
        "PortOfArrival",
        "LogisticsTransportMovement/ArrivalTransportEvent/LocationCode",
        {"destination": {"code": ""}},
    ),
]
ALWAYS = [
    "ExchangedDocument/ID",
    "ExchangedDocument/TypeCode",
    "ExchangedDocument/FunctionCode",
    "ExchangedDocument/IssueDateTime",
    "LogisticsTransportMovement/PersonsOnBoardQuantity",
    "LogisticsTransportMovement/UsedLogisticsTransportMeans/Name",
    "LogisticsTransportMovement/UsedLogisticsTransportMeans/MMSI",
    "LogisticsTransportMovement/DepartureTransportEvent/DateTime",
    "LogisticsTransportMovement/ArrivalTransportEvent/DateTime",
]
OF_PEOPLE: dict[str, dict[str, Any]] = {
    "FamilyName": {"family_name": ""},
    "GivenName": {"given_name": ""},
    "GenderCode": {"gender": None},
    "NationalityCountryCode": {"nationality": None},
    "BirthDate": {"birth_date": None},
}


async def test_it_works(boarding):
    """Who is complete is reported, in an envelope that names the ship and her ports."""
    await boarding.book([KNOWN])

    body = await read(boarding, "manifest.xml")

    root = ET.fromstring(body)
    for path in [*ALWAYS, *(one.path for one in ENVELOPE)]:
        assert root.findtext(path), path
    assert root.findtext("LogisticsTransportMovement/PersonsOnBoardQuantity") == "1"
    assert "would refuse" not in await read(boarding, "manifest")


async def test_what_lacks_something_is_refused_and_says_what(boarding):
    await boarding.book([KNOWN, BO])

    refusal = await read(boarding, "manifest.xml", status=409)

    assert "Gender (1)" in refusal
    assert "Nationality (1)" in refusal
    page = await read(boarding, "manifest")
    assert "It lacks: Gender (1); Nationality (1)." in page
    assert "manifest.xml?incomplete=yes" in page
    people = ET.fromstring(await read(boarding, "manifest.xml?incomplete=yes"))
    assert len(list(people.iter("OnboardPerson"))) == 2


async def test_each_required_element_is_missed(boarding):
    whole = await the_manifest(boarding)
    assert emswe.lacking(whole) == ()

    for one in ENVELOPE:
        changes = {
            name: replace(getattr(whole.sailing, name), **new) if isinstance(new, dict) else new
            for name, new in one.emptied.items()
        }
        without = replace(whole, sailing=replace(whole.sailing, **changes))
        assert emswe.lacking(without) == (Lack(one.element),), one
    for element, emptied in OF_PEOPLE.items():
        without = replace(whole, lines=(replace(whole.lines[0], **emptied),))
        assert emswe.lacking(without) == (Lack(element, 1),), element
    assert emswe.lacking(replace(whole, lines=())) == (Lack("PersonsOnBoard"),)


async def test_a_ship_is_known_by_her_number(boarding):
    whole = await the_manifest(boarding)
    ship = whole.ship

    assert emswe.lacking(replace(whole, ship=replace(ship, imo=9876543, mmsi=None))) == ()
    nameless = replace(whole, ship=replace(ship, name="", imo=None, mmsi=None))
    assert emswe.lacking(nameless) == (Lack("ShipName"), Lack("ShipNumber"))
    assert emswe.lacking(replace(whole, ship=None)) == (Lack("ShipName"), Lack("ShipNumber"))


@pytest.mark.parametrize(
    "element",
    [one.element for one in ENVELOPE] + ["ShipName", "ShipNumber", "PersonsOnBoard", *OF_PEOPLE],
)
def test_whatever_may_lack_has_words(element):
    assert lack_words(Lack(element)) != element


async def the_manifest(boarding):
    """One of a sailing with somebody of whom all is known."""
    await boarding.book([KNOWN])
    staff = await value(boarding.res, "select id from staff limit 1")
    return await service.read(boarding.res, ActingStaff(staff), boarding.sailing, "emswe")


async def read(boarding, path, status=200):
    address = f"/boarding/{boarding.sailing}/{path}"
    async with boarding.client.get(address, headers=boarding.crew) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()
