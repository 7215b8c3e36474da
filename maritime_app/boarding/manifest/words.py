"""The words for what a message to the single window lacks. Functions: texts follow the reader."""

from maritime_app.boarding.manifest.emswe import Lack
from maritime_app.i18n import translate as _


def lack_words(lack: Lack) -> str:
    """Return what is lacking, and for how many people."""
    words = _names()[lack.element]
    return f"{words} ({lack.people})" if lack.people else words


def _names() -> dict[str, str]:
    return {
        "SenderParty": _("the operator's name"),
        "VoyageNumber": _("the route's code"),
        "ShipName": _("the ship's name"),
        "ShipNumber": _("the ship's IMO number or MMSI"),
        "PortOfDeparture": _("the UN/LOCODE of the port of departure"),
        "PortOfArrival": _("the UN/LOCODE of the port of arrival"),
        "PersonsOnBoard": _("anybody on board"),
        "FamilyName": _("Surname"),
        "GivenName": _("First names"),
        "GenderCode": _("Gender"),
        "NationalityCountryCode": _("Nationality"),
        "BirthDate": _("Birth date"),
    }
