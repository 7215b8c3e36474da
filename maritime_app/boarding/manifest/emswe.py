"""Pure: the passenger list as the European Maritime Single Window environment takes it.

Formality PXD, "passenger list at departure", of EMSA's Message Implementation Guide of the EMSWe,
version 1.0.0 of 30 September 2024 (Regulation (EU) 2019/1239, Implementing Regulation (EU)
2023/2790): an exchanged document, and one transport movement with its persons on board. Elements
have the names of the guide's table for PXD; the data elements behind them stand beside each line.

The envelope says which message this is, who sends it, of which ship and between which ports and
times (the data of the guide's header and ship visit); `lacking` names what a window would refuse it
for. The guide's XML schemas were not at hand: the envelope's elements are named after the guide's
models, namespaces are added by whoever submits it, and no national window has validated this.
"""

from collections.abc import Callable
from datetime import datetime
from xml.etree import ElementTree as ET

import iso3166
import msgspec

from maritime_app.boarding.manifest.model import Manifest, ManifestLine
from maritime_app.bookings.travellers.model import Gender
from maritime_app.ferries.operations.model import ManagedSailing
from maritime_app.formats.xml_text import allowed

CONTENT_TYPE = "application/xml; charset=utf-8"
VERSION = "EMSWe MIG 1.0.0, formality PXD"
_MOST_LETTERS = 70  # an..70 for names
_PASSENGER = "PAX"
_ORIGINAL = "9"  # UN/EDIFACT 1225: neither a change nor a repetition
_UNLOCODE_LETTERS = 5
# ISO/IEC 5218, which the IMO Compendium's person gender uses.
_GENDERS = {Gender.MALE: "1", Gender.FEMALE: "2", Gender.UNSPECIFIED: "9", None: "0"}
# What article 5(1) of Directive 98/41/EC asks of everybody, by its element.
_REQUIRED_OF_PEOPLE: dict[str, Callable[[ManifestLine], object]] = {
    "FamilyName": lambda line: line.family_name,
    "GivenName": lambda line: line.given_name,
    "GenderCode": lambda line: line.gender,
    "NationalityCountryCode": lambda line: line.nationality,
    "BirthDate": lambda line: line.birth_date,
}


class Lack(msgspec.Struct, frozen=True):
    """An element that is required and empty: of the envelope, or of so many people."""

    element: str
    people: int = 0


def lacking(manifest: Manifest) -> tuple[Lack, ...]:
    """Return what the message lacks, the envelope first; nothing when it may be sent."""
    found = [Lack(element) for element, value in _envelope(manifest).items() if not value]
    reported = _reported(manifest)
    for element, value in _REQUIRED_OF_PEOPLE.items():
        if people := sum(1 for line in reported if not value(line)):
            found.append(Lack(element, people))
    return tuple(found)


def message(manifest: Manifest) -> bytes:
    """Return the persons on board: who was let aboard, or before boarding who is expected."""
    sailing, said = manifest.sailing, _envelope(manifest)
    root = ET.Element("PassengerListAtDeparture")
    document = ET.SubElement(root, "ExchangedDocument")
    issued = manifest.made_at.isoformat(timespec="seconds")
    _add(document, "ID", f"{sailing.id}/{sailing.version}/{issued}")
    _add(document, "TypeCode", "PXD")
    _add(document, "FunctionCode", _ORIGINAL)
    _add(document, "IssueDateTime", issued)
    _add(ET.SubElement(document, "SenderParty"), "Name", said["SenderParty"])
    _add(document, "Remark", f"{VERSION}; {said['PersonsOnBoard']} persons")  # DE-003-01
    movement = ET.SubElement(root, "LogisticsTransportMovement")
    _add(movement, "ID", said["VoyageNumber"])
    _add(movement, "PersonsOnBoardQuantity", said["PersonsOnBoard"])
    _ship(ET.SubElement(movement, "UsedLogisticsTransportMeans"), manifest)
    for event, place, at in (
        ("DepartureTransportEvent", said["PortOfDeparture"], _left(sailing)),
        ("ArrivalTransportEvent", said["PortOfArrival"], _arrives(sailing)),
    ):
        element = ET.SubElement(movement, event)
        _add(element, "LocationCode", place)
        _add(element, "DateTime", at.isoformat(timespec="seconds"))
    for line in _reported(manifest):
        _person(ET.SubElement(movement, "OnboardPerson"), line, manifest)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _reported(manifest: Manifest) -> tuple[ManifestLine, ...]:
    return manifest.boarded or manifest.lines


def _envelope(manifest: Manifest) -> dict[str, str]:
    """Return what the envelope must say, by its name; empty where it is not known."""
    sailing, ship = manifest.sailing, manifest.ship
    people = len(_reported(manifest))
    return {
        "SenderParty": sailing.operator.name,
        "VoyageNumber": sailing.route_code,
        "ShipName": ship.name if ship else "",
        "ShipNumber": str(ship.imo or ship.mmsi or "") if ship else "",
        "PortOfDeparture": _unlocode(sailing.origin.code),
        "PortOfArrival": _unlocode(sailing.destination.code),
        "PersonsOnBoard": str(people) if people else "",
    }


def _unlocode(code: str) -> str:
    """Return the code where it is a UN/LOCODE; a timetable's stop is none."""
    return code if len(code) == _UNLOCODE_LETTERS and code.isalnum() and code.isupper() else ""


def _left(sailing: ManagedSailing) -> datetime:
    return sailing.departed_at or sailing.leaves_at


def _arrives(sailing: ManagedSailing) -> datetime:
    return sailing.arrived_at or sailing.expected_arrives_at or sailing.arrives_at


def _ship(means: ET.Element, manifest: Manifest) -> None:
    ship = manifest.ship
    if ship is None:
        return
    if ship.imo:
        _add(means, "IMONumber", str(ship.imo))
    if ship.mmsi:
        _add(means, "MMSI", str(ship.mmsi))
    _add(means, "Name", ship.name)


def _person(person: ET.Element, line: ManifestLine, manifest: Manifest) -> None:
    if line.birth_date:
        _add(person, "BirthDate", line.birth_date.isoformat())  # DE-035-05
    _add(person, "CategoryCode", _PASSENGER)  # DE-035-01
    _add(person, "GenderCode", _GENDERS[line.gender])  # DE-035-08
    _add(person, "GivenName", line.given_name[:_MOST_LETTERS])  # DE-035-03
    _add(person, "FamilyName", line.family_name[:_MOST_LETTERS])  # DE-035-02
    if line.nationality:
        country = iso3166.countries_by_alpha2[line.nationality]
        _add(person, "NationalityCountryCode", country.alpha3)  # DE-035-04
    if line.admitted_at:
        at = line.admitted_at.isoformat(timespec="seconds")
        _add(person, "EmbarkationDateTime", at)  # DE-035-10
    _add(person, "EmbarkationLocationCode", manifest.sailing.origin.code)
    _add(person, "DisembarkationLocationCode", manifest.sailing.destination.code)


def _add(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, name).text = allowed(value)
