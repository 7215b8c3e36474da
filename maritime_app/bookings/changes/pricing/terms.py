"""What a booked leg may be given up or changed for: by the fare that it was sold by.

Whatever its sailing is sold by today, these stay what was agreed.
"""

import msgspec

from maritime_app import clock
from maritime_app.bookings import rights
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.pricing.house_inventory import HouseInventory
from maritime_app.bookings.pricing.sources import source_of_leg
from maritime_app.errors import Conflict
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import OperatorKind, Sailing
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources


class Terms(msgspec.Struct, frozen=True):
    """What giving a leg up costs now: a share of its price (ours), or a charge (an operator's)."""

    percent: int
    charge_minor: int


async def terms(res: Resources, booking: Booking, leg: Leg) -> Terms:
    """Return what giving a booked leg up costs now; nothing where it does not sail as booked."""
    if rights.free_to_leave(booking, res.settings.sailings.choice_minutes, clock.now()):
        return Terms(0, 0)
    if leg.operator.kind is OperatorKind.REMOTE:
        source, key = source_of_leg(res, booking, leg)
        return Terms(0, await source.cancel_fee_minor(leg, key))
    fare = await HouseInventory(res).fare(leg)
    percent = fare_rules.cancel_fee_minor(fare, 100, leg.departs_at, clock.now())
    return Terms(max(percent, booking.leg_rows[leg.number].least_fee_percent), 0)


async def change_fee(res: Resources, booked: Leg) -> int:
    """Return what the fare of a booked leg takes for another sailing; raise Conflict for a no."""
    fare = await HouseInventory(res).fare(booked)
    fee_minor = fare.change_fee_minor if fare else None
    if fee_minor is None:
        words = _("This fare allows no other sailing.")
        raise Conflict(words, code="not_changeable")
    return fee_minor


async def name_fee(res: Resources, booked: Leg, replaced: int) -> int:
    """Return the fee for so many people in place of others; raise Conflict for a no."""
    fare = await HouseInventory(res).fare(booked) if replaced else None
    if fare is None:
        return 0  # a remote operator is not told names before boarding
    fee_minor = fare.name_change_fee_minor
    if fee_minor is None:
        words = _("This fare allows nobody to travel in place of another.")
        raise Conflict(words, code="not_changeable")
    return replaced * fee_minor


async def still_sold(res: Resources, booked: Leg, sailing: Sailing) -> Sailing:
    """Return the sailing of a booked leg as it is sold to that: what today's fare sells no more
    stays at the price of the fare that the leg was sold by.
    """
    before = await HouseInventory(res).fare(booked)
    if before is None or sailing.fare is None or before.id == sailing.fare.id:
        return sailing
    return msgspec.structs.replace(sailing, fare=fare_rules.beside(sailing.fare, before))
