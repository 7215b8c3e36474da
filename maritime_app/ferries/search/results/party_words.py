"""Who travels, in words: "2 adults, 1 child (4), car, with a cabin"."""

from collections import Counter
from collections.abc import Iterable

from maritime_app.ferries.model import Party, Vehicle, VehicleKind
from maritime_app.ferries.vehicles import CLASSES
from maritime_app.formatting import area_name, listed, number
from maritime_app.i18n import translate as _, translate_plural as ngettext


def party_words(party: Party) -> str:
    """Return the party in words: "2 adults, 1 child, car"."""
    parts = []
    if party.adults:
        words = ngettext("%(num)s adult", "%(num)s adults", party.adults)
        parts.append(words % {"num": party.adults})
    if party.children:
        words = ngettext("%(num)s child", "%(num)s children", party.children)
        parts.append(words % {"num": party.children})
    if party.infants:
        words = ngettext("%(num)s infant", "%(num)s infants", party.infants)
        parts.append(words % {"num": party.infants})
    if party.ages:
        ages = listed(map(str, party.ages))
        words = ngettext("%(num)s child (%(ages)s)", "%(num)s children (%(ages)s)", len(party.ages))
        parts.append(words % {"num": len(party.ages), "ages": ages})
    if party.pets:
        words = ngettext("%(num)s pet", "%(num)s pets", party.pets)
        parts.append(words % {"num": party.pets})
    parts += vehicle_words(party.vehicles)
    if party.living_in:
        parts.append(_residents(party))
    return listed([*parts, _("with a cabin")] if party.berths else parts)


def _residents(party: Party) -> str:
    area, count = area_name(party.living_in), party.living_there
    if not count:
        return _("all residents: %(area)s") % {"area": area}
    words = ngettext(
        "%(num)s of them resident: %(area)s", "%(num)s of them residents: %(area)s", count
    )
    return words % {"num": count, "area": area}


def vehicle_words(vehicles: Iterable[Vehicle]) -> list[str]:
    """Return vehicles in words: "car", "2 × bicycle", "trailer of 6.2 m"."""
    names = vehicle_names()
    alike = Counter((vehicle.kind, vehicle.length_cm) for vehicle in vehicles)
    found = []
    for (kind, length_cm), count in sorted(alike.items()):
        words = names[kind]
        if length_cm != CLASSES[kind].usual[0]:
            metres = number(length_cm / 100, 1)
            words = _("%(vehicle)s of %(metres)s m") % {"vehicle": words, "metres": metres}
        found.append(words if count == 1 else f"{count} × {words}")
    return found


def vehicle_names() -> dict[VehicleKind, str]:
    """Return what each kind of vehicle is called in the reader's language."""
    return {
        VehicleKind.CAR: _("car"),
        VehicleKind.VAN: _("van"),
        VehicleKind.MOTORCYCLE: _("motorcycle"),
        VehicleKind.BICYCLE: _("bicycle"),
        VehicleKind.CAMPER: _("camper"),
        VehicleKind.TRAILER: _("trailer"),
    }
