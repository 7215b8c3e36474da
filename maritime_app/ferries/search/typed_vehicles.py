"""What the search form asks of vehicles besides the kind of the first: a common model, a length, a
trailer, another vehicle, and which of them stays at home.

All of it becomes a part of `vehicles`, so that a search has one address.
"""

import msgspec
from multidict import MultiMapping

from maritime_app.errors import Invalid
from maritime_app.ferries import parties
from maritime_app.ferries.model import Vehicle, VehicleKind, VehicleRequest
from maritime_app.ferries.vehicle_models import service as vehicle_models
from maritime_app.ferries.vehicle_models.model import VehicleModel
from maritime_app.i18n import translate as _
from maritime_app.web.forms.numbers import whole_number

Query = MultiMapping[str]
FIELDS = ("model", "length_cm", "trailer_cm", "another", "another_cm", "without")
_KINDS = tuple(kind for kind in VehicleKind if kind is not VehicleKind.TRAILER)
_LONGEST_CM = 2500  # VehicleRequest's


def is_typed(query: Query) -> bool:
    """Return whether something of it is filled in."""
    return any(query.get(name, "").strip() for name in FIELDS)


def vehicles_text(query: Query) -> str:
    """Return `vehicles` with what was typed; raise Invalid with all that is wrong, by field.

    A model and a length are of the first vehicle, which is a car where none was chosen. `without`
    are vehicles of `vehicles` as an address names them, each as often as it is left out.
    """
    wrong: dict[str, str] = {}
    lot = _kept(query)
    name = query.get("model", "").strip()
    model = vehicle_models.named(name) if name else None
    if name and model is None:
        wrong["model"] = _("We do not know that model: choose the kind and give the length.")
    length_cm = _centimetres("length_cm", query, wrong)
    trailer_cm = _centimetres("trailer_cm", query, wrong)
    another = _another(query, wrong)
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)
    asked = [_same(model)] if model else [_same(vehicle) for vehicle in lot[:1]]
    if length_cm:
        first = asked[0] if asked else VehicleRequest()
        asked = [msgspec.structs.replace(first, length_cm=length_cm)]
    asked += [_same(vehicle) for vehicle in lot[1:]] + another
    asked += [VehicleRequest(VehicleKind.TRAILER, trailer_cm)] if trailer_cm else []
    return parties.vehicles_text(parties.vehicles_of(asked))


def _kept(query: Query) -> list[Vehicle]:
    """Return the vehicles that were searched before, without those that are left out."""
    kept = list(parties.vehicles_of(query.get("vehicles", "")))
    for text in query.getall("without", []):
        gone = next((one for one in kept if parties.vehicles_text([one]) == text), None)
        if gone is not None:
            kept.remove(gone)
    return kept


def _another(query: Query, wrong: dict[str, str]) -> list[VehicleRequest]:
    kind = query.get("another", "").strip()
    length_cm = _centimetres("another_cm", query, wrong)
    if kind not in ("", *_KINDS):
        wrong["another"] = _("This is not one of the choices.")
        return []
    if not kind and not length_cm:
        return []
    return [VehicleRequest(VehicleKind(kind or VehicleKind.CAR), length_cm)]


def _same(vehicle: Vehicle | VehicleModel) -> VehicleRequest:
    return VehicleRequest(vehicle.kind, vehicle.length_cm, vehicle.height_cm, vehicle.weight_kg)


def _centimetres(name: str, query: Query, wrong: dict[str, str]) -> int:
    text = query.get(name, "").strip()
    if not text:
        return 0
    length_cm = whole_number(text)
    if length_cm is None or not 0 < length_cm <= _LONGEST_CM:
        wrong[name] = _("A whole number of centimetres, at most %(most)s.") % {"most": _LONGEST_CM}
        return 0
    return length_cm
