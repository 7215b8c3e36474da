"""What the search form asks of a vehicle besides its kind: a common model, a length, a trailer.

All of it becomes a part of `vehicles`, so that a search has one address.
"""

from collections.abc import Mapping

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ferries import parties
from maritime_app.ferries.model import Vehicle, VehicleKind, VehicleRequest
from maritime_app.ferries.vehicle_models import service as vehicle_models
from maritime_app.ferries.vehicle_models.model import VehicleModel
from maritime_app.i18n import translate as _

FIELDS = ("model", "length_cm", "trailer_cm")
_LONGEST_CM = 2500  # VehicleRequest's


def is_typed(query: Mapping[str, str]) -> bool:
    """Return whether something of it is filled in."""
    return any(query.get(name, "").strip() for name in FIELDS)


def vehicles_text(query: Mapping[str, str]) -> str:
    """Return `vehicles` with what was typed; raise Invalid with all that is wrong, by field.

    A model and a length are of the first vehicle, which is a car where none was chosen.
    """
    wrong: dict[str, str] = {}
    lot = parties.vehicles_of(query.get("vehicles", ""))
    name = query.get("model", "").strip()
    model = vehicle_models.named(name) if name else None
    if name and model is None:
        wrong["model"] = _("We do not know that model: choose the kind and give the length.")
    length_cm = _centimetres("length_cm", query, wrong)
    trailer_cm = _centimetres("trailer_cm", query, wrong)
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)
    asked = [_same(model)] if model else [_same(vehicle) for vehicle in lot[:1]]
    if length_cm:
        first = asked[0] if asked else VehicleRequest()
        asked = [msgspec.structs.replace(first, length_cm=length_cm)]
    asked += [_same(vehicle) for vehicle in lot[1:]]
    asked += [VehicleRequest(VehicleKind.TRAILER, trailer_cm)] if trailer_cm else []
    return parties.vehicles_text(parties.vehicles_of(asked))


def _same(vehicle: Vehicle | VehicleModel) -> VehicleRequest:
    return VehicleRequest(vehicle.kind, vehicle.length_cm, vehicle.height_cm, vehicle.weight_kg)


def _centimetres(name: str, query: Mapping[str, str], wrong: dict[str, str]) -> int:
    text = query.get(name, "").strip()
    if not text:
        return 0
    if not text.isdecimal() or not 0 < int(text[:9]) <= _LONGEST_CM:
        wrong[name] = _("A whole number of centimetres, at most %(most)s.") % {"most": _LONGEST_CM}
        return 0
    return int(text)
