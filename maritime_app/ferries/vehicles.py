"""Pure: what vehicles of each kind measure, and whether a vehicle may come aboard."""

from collections.abc import Sequence

from msgspec import Struct

from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.model import OperatorKind, Sailing, Vehicle, VehicleKind, VehicleRequest
from maritime_app.i18n import translate as _


class VehicleClass(Struct, frozen=True):
    """The measures of a kind: usual, least and most, in centimetres and kilograms.

    `included_cm` is the length that the price of one covers. Bounds are generous: what lies outside
    is no vehicle of this kind, and a wrong length would be lane metres that somebody else was sold.
    """

    usual: tuple[int, int, int]  # length, height, weight
    length_cm: tuple[int, int]
    max_height_cm: int
    max_kg: int
    included_cm: int
    takes_lane: bool = True  # a bicycle stands in a corner
    tows: bool = False


# Directive 96/53/EC bounds what drives on roads: 12 m for a single vehicle; category M1 and N1
# (Regulation (EU) 2018/858) end at 3.5 t, larger campers and vans at 12 t.
CLASSES = {
    VehicleKind.CAR: VehicleClass((450, 180, 1800), (220, 1000), 500, 3_500, 500, tows=True),
    VehicleKind.VAN: VehicleClass((550, 220, 3000), (300, 900), 500, 12_000, 600, tows=True),
    VehicleKind.MOTORCYCLE: VehicleClass((220, 130, 300), (120, 350), 250, 1_000, 350),
    VehicleKind.BICYCLE: VehicleClass((190, 120, 20), (50, 300), 250, 150, 300, takes_lane=False),
    VehicleKind.CAMPER: VehicleClass((700, 310, 3500), (400, 1200), 500, 18_000, 700, tows=True),
    VehicleKind.TRAILER: VehicleClass((450, 200, 750), (150, 1200), 500, 5_000, 0),
}


def measured(request: VehicleRequest) -> Vehicle:
    """Return the vehicle with the usual measures of its kind where none are given."""
    length, height, weight = CLASSES[request.kind].usual
    return Vehicle(
        request.kind,
        request.length_cm or length,
        request.height_cm or height,
        request.weight_kg or weight,
    )


def check(vehicles: Sequence[Vehicle]) -> None:
    """Raise Invalid, with fields by number, for a vehicle that is none of its kind."""
    problems = {
        f"vehicles[{number}].{field}": words
        for number, vehicle in enumerate(vehicles)
        for field, words in _problems(vehicle)
    }
    if problems:
        raise Invalid(next(iter(problems.values())), problems, code="vehicle_size")
    trailers = sum(vehicle.kind is VehicleKind.TRAILER for vehicle in vehicles)
    if trailers > sum(CLASSES[vehicle.kind].tows for vehicle in vehicles):
        words = _("A trailer travels behind a car, van or camper.")
        raise Invalid(words, {"vehicles": words}, code="trailer_alone")


def check_aboard(sailing: Sailing, vehicles: Sequence[Vehicle]) -> None:
    """Raise Conflict for a vehicle that this sailing does not carry, whatever room is left."""
    for vehicle in vehicles:
        refusal = refused(sailing, vehicle)
        if refusal:
            raise refusal


def refused(sailing: Sailing, vehicle: Vehicle) -> Conflict | None:
    """Return why the sailing does not carry the vehicle; None where nothing is known against it."""
    height, weight = sailing.max_height_cm, sailing.max_vehicle_kg
    if height is None:
        if sailing.operator.kind is OperatorKind.REMOTE:
            return None
        return Conflict(_("This ferry takes no vehicles."), code="vehicle_too_high")
    if vehicle.height_cm > height:
        words = _("This ferry takes vehicles up to %(limit)s cm high.") % {"limit": height}
        return Conflict(words, code="vehicle_too_high")
    if weight is not None and vehicle.weight_kg > weight:
        words = _("This ferry takes vehicles up to %(limit)s kg.") % {"limit": weight}
        return Conflict(words, code="vehicle_too_heavy")
    return None


def _problems(vehicle: Vehicle) -> list[tuple[str, str]]:
    """Return field and words for each measure outside the bounds of the kind."""
    bounds = CLASSES[vehicle.kind]
    least, most = bounds.length_cm
    found = []
    if not least <= vehicle.length_cm <= most:
        words = _("Between %(least)s and %(most)s cm long.") % {"least": least, "most": most}
        found.append(("length_cm", words))
    if vehicle.height_cm > bounds.max_height_cm:
        words = _("At most %(most)s cm high.") % {"most": bounds.max_height_cm}
        found.append(("height_cm", words))
    if vehicle.weight_kg > bounds.max_kg:
        found.append(("weight_kg", _("At most %(most)s kg.") % {"most": bounds.max_kg}))
    return found
