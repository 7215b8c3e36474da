"""Pure: the passenger list as the European Maritime Single Window environment takes it.

Formality PXD, "passenger list at departure", of EMSA's Message Implementation Guide of the EMSWe,
version 1.0.0 of 30 September 2024 (Regulation (EU) 2019/1239, Implementing Regulation (EU)
2023/2790): an exchanged document, and one transport movement with its persons on board. Elements
have the names of the guide's table for PXD; the data elements behind them stand beside each line.

The guide's XML schemas were not at hand: the envelope (declarant, visit, namespaces) is added by
whoever submits it, and no national window has validated this.
"""

from xml.etree import ElementTree as ET

import iso3166

from maritime_app.boarding.manifest.model import Manifest, ManifestLine
from maritime_app.bookings.travellers.model import Gender

CONTENT_TYPE = "application/xml; charset=utf-8"
VERSION = "EMSWe MIG 1.0.0, formality PXD"
_MOST_LETTERS = 70  # an..70 for names
_PASSENGER = "PAX"
# ISO/IEC 5218, which the IMO Compendium's person gender uses.
_GENDERS = {Gender.MALE: "1", Gender.FEMALE: "2", Gender.UNSPECIFIED: "9", None: "0"}


def message(manifest: Manifest) -> bytes:
    """Return the persons on board: who was let aboard, or before boarding who is expected."""
    people = manifest.boarded or manifest.lines
    root = ET.Element("PassengerListAtDeparture")
    document = ET.SubElement(root, "ExchangedDocument")
    _add(document, "Remark", f"{VERSION}; {len(people)} persons")  # DE-003-01
    movement = ET.SubElement(root, "LogisticsTransportMovement")
    for line in people:
        _person(ET.SubElement(movement, "OnboardPerson"), line, manifest)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


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
    ET.SubElement(parent, name).text = value
