"""Pure: what a party costs on a fare, what it needs of a sailing, and what cancelling costs.

Items of a fare: `adult`, `child`, `infant`, a vehicle's kind, `extra_metre` (each started metre
beyond the length that the vehicle's price covers), `trailer_metre`, `pet`, `cabin:<type>`. What
else is bought is `extra:<kind>`; the discount of residents is a line of its own,
`resident:<area>:<age class>`, and so is what a promo code takes off, `promotion:<code>`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ferries.extras import FareExtra
from maritime_app.ferries.model import (
    AgeBands,
    Fare,
    Party,
    PassengerKind,
    PriceLine,
    PriceReason,
    Vehicle,
    VehicleKind,
)
from maritime_app.ferries.vehicles import CLASSES
from maritime_app.i18n import translate as _

_GAP_CM = 30  # between two vehicles on a lane
# In the order of their lines; a trailer is sold by the metre.
_DRIVEN = tuple((kind, str(kind)) for kind in VehicleKind if kind is not VehicleKind.TRAILER)
CABIN = "cabin:"
RESIDENT = "resident:"
EXTRA = "extra:"
PROMOTION = "promotion:"  # and the code


def price_lines(fare: Fare, party: Party) -> list[PriceLine]:
    """Return the price line by line; raise Invalid (`not_carried`) for what the fare has not."""
    lines, prices = [], _prices(fare, party)
    for item, quantity in _items(fare, party):
        if not quantity or (item == "infant" and item not in prices):
            continue  # an infant that the fare does not list travels free
        if item not in prices:
            words = _("This sailing does not carry that.")
            raise Invalid(words, {_field(item): words}, code="not_carried")
        lines.append(PriceLine(item, quantity, quantity * prices[item]))
    lines += _resident_lines(fare, party)
    if fare.harbour_tax_minor:
        tax_minor = party.people * fare.harbour_tax_minor
        lines.append(PriceLine("harbour_tax", party.people, tax_minor, PriceReason.TAX))
    return lines


def total_minor(lines: Iterable[PriceLine]) -> int:
    """Return the sum of the lines in minor units."""
    return sum(line.amount_minor for line in lines)


def demand(party: Party, sold: Iterable[FareExtra] = ()) -> dict[str, int]:
    """Return what the party needs by resource: `passenger` places, `lane_cm`, cabins, `pet`, and
    those extras of which a sailing has so many only, as they are `sold` by its fare.
    """
    needed = {"passenger": party.people}
    lane_cm = sum(
        vehicle.length_cm + _GAP_CM
        for vehicle in party.vehicles
        if CLASSES[vehicle.kind].takes_lane
    )
    if lane_cm:
        needed["lane_cm"] = lane_cm
    for cabin_type, count in party.cabins:
        needed[f"{CABIN}{cabin_type}"] = needed.get(f"{CABIN}{cabin_type}", 0) + count
    if party.pets:
        needed["pet"] = party.pets
    limited = {extra.kind for extra in sold if extra.per_sailing is not None}
    return needed | {f"{EXTRA}{kind}": n for kind, n in party.extras if kind in limited}


def vehicles_fit(
    party: Party,
    available: Mapping[str, int],
    max_height_cm: int | None,
    max_vehicle_kg: int | None,
) -> bool:
    """Return whether the party's vehicles have room on a ship of ours, `available` by resource."""
    height_cm = max_height_cm or 0
    if any(
        vehicle.height_cm > height_cm
        or (max_vehicle_kg is not None and vehicle.weight_kg > max_vehicle_kg)
        for vehicle in party.vehicles
    ):
        return False
    return demand(party).get("lane_cm", 0) <= available.get("lane_cm", 0)


def cancel_fee_minor(
    fare: Fare | None, price_minor: int, departs_at: datetime, at: datetime
) -> int:
    """Return the fee for cancelling then: by the rule with the most hours that are still left.

    Past the last rule, and without a fare, it is the whole price. Fractions are rounded up.
    """
    if fare is None:
        return price_minor
    hours_left = (departs_at - at).total_seconds() / 3600
    for rule in sorted(fare.cancel_rules, key=lambda rule: -rule.hours_before):
        if hours_left >= rule.hours_before:
            return -(-price_minor * rule.fee_percent // 100)
    return price_minor


def beside(today: Fare, before: Fare) -> Fare:
    """Return today's fare with what only the one before it has: what was bought by that one does
    not become something that nobody sells.
    """
    sold = {extra.kind for extra in today.extras}
    areas = {discount.area for discount in today.resident_discounts}
    return msgspec.structs.replace(
        today,
        prices=before.prices | today.prices,
        extras=today.extras + tuple(e for e in before.extras if e.kind not in sold),
        resident_discounts=today.resident_discounts
        + tuple(one for one in before.resident_discounts if one.area not in areas),
    )


def next_fee_change(fare: Fare | None, departs_at: datetime, at: datetime) -> datetime | None:
    """Return when the fee of cancelling rises next after that instant; None for never."""
    changes = (
        departs_at - timedelta(hours=rule.hours_before)
        for rule in (fare.cancel_rules if fare else ())
    )
    return min((change for change in changes if change > at), default=None)


def age_on(birth_date: date, day: date) -> int:
    """Return the age in whole years; who is born on 29 February has a birthday on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had_birthday)


def kind_of_age(ages: AgeBands, age: int) -> PassengerKind:
    """Return the age class by the operator's bands."""
    if age <= ages.infant_to_age:
        return PassengerKind.INFANT
    return PassengerKind.CHILD if age <= ages.child_to_age else PassengerKind.ADULT


def _prices(fare: Fare, party: Party) -> dict[str, int]:
    """Return what one of each item costs that the party may need."""
    if not party.extras:
        return fare.prices
    return fare.prices | {f"{EXTRA}{extra.kind}": extra.price_minor for extra in fare.extras}


def _items(fare: Fare, party: Party) -> Iterator[tuple[str, int]]:
    yield "adult", party.adults
    yield "child", party.children
    yield "infant", party.infants
    if party.vehicles:
        yield from _vehicle_items(fare, party.vehicles)
    for cabin_type, count in party.cabins:
        yield f"{CABIN}{cabin_type}", count
    yield "pet", party.pets
    for extra, count in party.extras:
        yield f"{EXTRA}{extra}", count


def _vehicle_items(fare: Fare, vehicles: Sequence[Vehicle]) -> Iterator[tuple[str, int]]:
    kinds = [vehicle.kind for vehicle in vehicles]
    for kind, item in _DRIVEN:
        if kind in kinds:
            yield item, kinds.count(kind)
    if "extra_metre" in fare.prices:
        driven = (v for v in vehicles if v.kind is not VehicleKind.TRAILER)
        yield "extra_metre", sum(map(extra_metres, driven))
    if VehicleKind.TRAILER in kinds:
        trailers = (v for v in vehicles if v.kind is VehicleKind.TRAILER)
        yield "trailer_metre", sum(-(-trailer.length_cm // 100) for trailer in trailers)


def _resident_lines(fare: Fare, party: Party) -> Iterator[PriceLine]:
    """Yield what residents pay less; each person's part is rounded down."""
    if not party.residents:
        return
    percents = {discount.area: discount.percent for discount in fare.resident_discounts}
    for (area, kind), people in sorted(Counter(party.residents).items()):
        less_minor = fare.prices.get(kind, 0) * percents.get(area, 0) // 100
        if less_minor:
            item = f"{RESIDENT}{area}:{kind}"
            yield PriceLine(item, people, -people * less_minor, PriceReason.DISCOUNT)


def extra_metres(vehicle: Vehicle) -> int:
    """Return the started metres beyond the length that the price of its kind covers."""
    return max(0, -(-(vehicle.length_cm - CLASSES[vehicle.kind].included_cm) // 100))


def _field(item: str) -> str:
    if item.startswith(CABIN):
        return "cabin"
    if item.startswith(EXTRA):
        return "extras"
    return "vehicles" if item in [*VehicleKind, "trailer_metre"] else item
