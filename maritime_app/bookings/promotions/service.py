"""What a promo code takes off a journey, and its use by a booking: counted, given back, taken
again. Each use belongs to one booking and goes with it.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from maritime_app import clock, signing
from maritime_app.bookings.promotions import store
from maritime_app.ferries.model import PriceLine, Sailing
from maritime_app.ferries.promotions import rules, service as promotions
from maritime_app.ferries.promotions.model import PricedLeg, Promotion, folded
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.settings.model import Settings

UNKNOWN = rules.UNKNOWN
_PURPOSE = "promotion person"


class Offer(msgspec.Struct, frozen=True):
    """What a code takes off: its lines by leg, None where it takes nothing off that one."""

    promotion_id: UUID
    lines: tuple[PriceLine | None, ...]

    @property
    def amount_minor(self) -> int:
        """Return all that is taken off."""
        return -sum(line.amount_minor for line in self.lines if line)


async def check(res: Resources, code: str, email: str, sailings: Sequence[Sailing]) -> None:
    """Raise Invalid where the code cannot be used for these sailings, before a remote operator is
    asked for anything.
    """
    legs = [PricedLeg(one, (), one.fare.currency if one.fare else "") for one in sailings]
    await _usable(res, code, email, legs)


async def offer(
    res: Resources, code: str, email: str, legs: Sequence[PricedLeg], room_minor: int
) -> Offer:
    """Return what the code takes off these legs, `room_minor` at most; `email` may be empty.

    Raise Invalid, in words for the traveller, where it cannot be used.
    """
    promotion = await _usable(res, code, email, legs)
    parts = rules.taken_off(promotion, legs, room_minor)
    if not any(parts):
        raise rules.worth_nothing()
    lines = tuple(rules.line(promotion.code, minor) if minor else None for minor in parts)
    return Offer(promotion.id, lines)


async def _usable(res: Resources, code: str, email: str, legs: Sequence[PricedLeg]) -> Promotion:
    """Return the code; where several operators have such a one, that of the first leg that can use
    one.
    """
    async with res.db.acquire() as conn:
        known = {one.operator_code: one for one in await promotions.by_code(conn, folded(code))}
        sellers = (leg.sailing.operator.code for leg in legs)
        found = [known[seller] for seller in sellers if seller in known]
        if not found:
            raise rules.unknown(legs)
        refusals = [rules.refusal(one, legs, clock.now()) for one in found]
        if None not in refusals:
            raise refusals[0] or rules.unknown(legs)
        promotion = found[refusals.index(None)]
        if email and promotion.most_per_person is not None:
            keys = _person_keys(res.settings, email)
            if await store.uses_of_person(conn, promotion.id, keys) >= promotion.most_per_person:
                raise rules.used_before()
    return promotion


async def take(conn: Conn, settings: Settings, booking_id: UUID, used: Offer, email: str) -> None:
    """Count the use of a booking in the caller's transaction.

    Raise Invalid where there is none left, or none left for this person.
    """
    counted = await promotions.count_use(conn, used.promotion_id)
    if counted is None:
        raise rules.used_up()
    keys = _person_keys(settings, email)
    if counted.most_per_person is not None:
        # The code is locked: nobody else counts one meanwhile.
        uses = await store.uses_of_person(conn, used.promotion_id, keys)
        if uses >= counted.most_per_person:
            raise rules.used_before()
    await store.add_use(conn, booking_id, used.promotion_id, used.amount_minor, keys[0])


async def give_back(conn: Conn, booking_id: UUID) -> None:
    """Let the use of an ended booking count no more, in the caller's transaction; once."""
    promotion_id = await store.give_back(conn, booking_id)
    if promotion_id is not None:
        await promotions.add_uses(conn, promotion_id, -1)


async def take_again(conn: Conn, booking_id: UUID) -> None:
    """Let the use of a booking count again whose late money has come, beyond any limit: it was
    sold at that price, and paid.
    """
    promotion_id = await store.take_again(conn, booking_id)
    if promotion_id is not None:
        await promotions.add_uses(conn, promotion_id, 1)


async def carried(res: Resources, booking_id: UUID) -> Promotion | None:
    """Return the code that a booking was made with, whatever became of that since."""
    async with res.db.acquire() as conn:
        promotion_id = await store.promotion_of(conn, booking_id)
        return await promotions.by_id(conn, promotion_id) if promotion_id else None


def _person_keys(settings: Settings, email: str) -> list[str]:
    """Return what a person is known by, by the key of now first: an address, however spelt."""
    return signing.signatures(settings, _PURPOSE, email.strip().casefold())
