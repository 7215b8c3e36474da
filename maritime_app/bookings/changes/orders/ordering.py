"""Quote a change, and order it for exactly that: dearer is paid first, the rest is done at once.

Places are taken before money moves. Remote operators are asked outside every transaction; what is
held there when the process dies expires by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from maritime_app import clock, ids
from maritime_app.bookings import store as bookings
from maritime_app.bookings.changes import completion, paying, report, service, store
from maritime_app.bookings.changes.model import Content, Draft
from maritime_app.bookings.changes.orders import content as contents, drafting
from maritime_app.bookings.changes.pricing import quoting, wishes
from maritime_app.bookings.changes.pricing.quoting import LegDraft
from maritime_app.bookings.changes.pricing.requests import ChangeOrder, ChangeQuote, ChangeRequest
from maritime_app.bookings.changes.pricing.wishes import Wanted
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.contacts import check_names
from maritime_app.bookings.holds.model import HoldPassenger, HoldVehicle
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.open_change import ChangeOrigin, ChangeStatus
from maritime_app.bookings.pricing.sources import source_of
from maritime_app.bookings.printing.printable import check_printable
from maritime_app.bookings.service import by_id
from maritime_app.errors import Conflict
from maritime_app.ferries.sailings import sales
from maritime_app.i18n import translate as _
from maritime_app.infra.db import CommitUnknown, Conn
from maritime_app.resources import Resources

Beside = Callable[[Conn], Awaitable[None]]
_KEY_LETTERS = 4  # that tell a leg's names towards its operator apart
_OPERATOR_MARGIN = timedelta(seconds=10)  # a payment must still reach it


class Plan(Struct, frozen=True):
    """A change worked out for one version of a booking."""

    booking: Booking
    people: list[HoldPassenger]
    now: Content
    vehicles: tuple[HoldVehicle, ...]
    wanted: Wanted
    legs: list[LegDraft]
    boarded: set[int]  # legs on which somebody was let aboard

    @property
    def quote(self) -> ChangeQuote:
        """Return what it costs."""
        return drafting.quote(self.booking, self.legs)

    def draft(self, keys: Mapping[int, str]) -> Draft:
        """Return the booking as it will be; `keys` are our names for its new remote legs."""
        return drafting.draft(self.booking, self.now, self.people, self.wanted, self.legs, keys)


class RemoteHolds(Struct, frozen=True):
    """What remote operators hold for a change: our names by leg, and until when."""

    keys: dict[int, str]
    expires_at: datetime | None


async def quote(res: Resources, booking: Booking, request: ChangeRequest) -> ChangeQuote:
    """Return what the change costs now; nothing is held.

    Raise Conflict where the booking cannot be changed (so), Invalid for what may not travel,
    Unavailable while an operator does not answer.
    """
    return (await _plan(res, booking, request)).quote


async def order(
    res: Resources,
    booking: Booking,
    wanted: ChangeOrder,
    origin: ChangeOrigin = ChangeOrigin.CUSTOMER,
    also: Beside | None = None,
) -> Booking:
    """Change the booking for exactly the quoted difference, and return it as it is then.

    What is dearer is held until it is paid (the customer of a change by staff is asked by mail);
    anything else is carried out. `also` is done in the same transaction. Raise Conflict when the
    price has changed, places are gone, or somebody else was faster; then nothing has changed.
    """
    await paying.withdraw_unpaid(res, booking)
    plan = await _plan(res, await by_id(res, booking.id), wanted.change)
    if plan.quote.difference.amount_minor != wanted.difference_minor:
        raise _price_changed()
    if not _differs(plan):
        raise Conflict(_("Nothing would change."), code="nothing_to_change")
    held = await _hold_remotely(res, plan)
    try:
        async with res.db.transaction() as conn:
            await _write_down(conn, res, plan, held, origin)
            if also is not None:
                await also(conn)
    except CommitUnknown:
        raise  # it may be written down: what operators hold for it stays
    except BaseException:
        await asyncio.shield(_release(res, plan, held.keys))
        raise
    return await by_id(res, booking.id)


async def _plan(res: Resources, booking: Booking, request: ChangeRequest) -> Plan:
    check(booking)
    async with res.db.acquire() as conn:
        people = await store.travellers(conn, booking.id)
        reserved = await store.reserved_legs(conn, booking.id)
        boarded = await bookings.boarded_legs(conn, booking.id)
    wanted = wishes.wanted(booking, people, request)
    check_names(wanted.passengers)
    check_printable(wanted)
    now = contents.as_it_is(booking, reserved)
    legs = await quoting.price(res, booking, wanted, now.items, boarded)
    return Plan(booking, people, now, wishes.vehicles_of(booking), wanted, legs, boarded)


def check(booking: Booking) -> None:
    """Raise Conflict for a booking that cannot be changed now."""
    if booking.status is not BookingStatus.CONFIRMED:
        words = _("This booking cannot be changed: it is not confirmed.")
        raise Conflict(words, code="not_changeable")
    if booking.asked is not None:
        words = _("Your ferry does not sail as booked: please choose what becomes of it first.")
        raise Conflict(words, code="choose_first")
    if booking.change is not None and booking.change.status is ChangeStatus.ACCEPTED:
        words = _("The operator is just confirming another change of this booking.")
        raise Conflict(words, code="change_open")


async def _hold_remotely(res: Resources, plan: Plan) -> RemoteHolds:
    """Hold new legs of remote operators under new keys; all of them or none."""
    keys: dict[int, str] = {}
    expiries: list[datetime] = []
    try:
        for leg in plan.legs:
            if not leg.is_remote or leg.demand is None:
                continue
            number = leg.wanted.number
            keys[number] = f"{plan.booking.reference}-{number}.{ids.reference()[:_KEY_LETTERS]}"
            held = await source_of(res, leg.wanted.sailing_id).hold(leg.demand, keys[number])
            if held.price.amount_minor != leg.offered_minor:
                raise _price_changed()
            if held.expires_at is not None:
                expiries.append(held.expires_at - _OPERATOR_MARGIN)
    except BaseException:
        await asyncio.shield(_release(res, plan, keys))
        raise
    return RemoteHolds(keys, min(expiries, default=None))


async def _release(res: Resources, plan: Plan, keys: Mapping[int, str]) -> None:
    for leg in plan.legs:
        key = keys.get(leg.wanted.number)
        if key:
            await source_of(res, leg.wanted.sailing_id).release(key)


async def _write_down(
    conn: Conn, res: Resources, plan: Plan, held: RemoteHolds, origin: ChangeOrigin
) -> None:
    """Hold places for the change, and carry it out unless it must be paid first."""
    booking = await bookings.locked_booking(conn, plan.booking.id)
    boarded = await bookings.boarded_legs(conn, booking.id)  # a gate holds the booking's row, too
    if (booking.version, boarded) != (plan.booking.version, plan.boarded):
        raise service.booking_changed()
    check(booking)
    draft = plan.draft(held.keys)
    ended = await service.sale_end(conn, res, booking.id, draft.content)
    if ended:
        raise sales.refusal(ended)
    ours = [leg.sailing_id for leg in draft.content.legs if leg.operator_key is None]
    if await bookings.refuse_vehicles(conn, ours, plan.wanted.lot):
        words = _("There is no room left for your vehicle on this sailing.")
        raise Conflict(words, code="sold_out")  # another ship sails than was quoted
    await store.lock_places(conn, booking.id, (leg.sailing_id for leg in draft.content.legs))
    await _withdraw_open(conn, res, booking)
    expires_at = _expires_at(res, plan, held, origin)
    change = await service.hold(conn, res, booking, draft, origin, expires_at)
    if change is None:
        words = _("There are not enough places left on this sailing. Please choose another one.")
        raise Conflict(words, code="sold_out")
    if change.due_minor > 0:
        await paying.ask(conn, booking, change)
        if origin is ChangeOrigin.STAFF:
            await report.mail_request(conn, res, booking, change)
    else:
        await completion.decide(conn, res, change)


async def _withdraw_open(conn: Conn, res: Resources, booking: Booking) -> None:
    waiting = await store.open_change(conn, booking.id)
    if waiting is not None:
        await service.withdraw(conn, res, waiting.id, ChangeEvent.WITHDRAW)


def _expires_at(res: Resources, plan: Plan, held: RemoteHolds, origin: ChangeOrigin) -> datetime:
    """Return until when the change is held: as a booking is, and as its operators and sales do.

    Whoever is asked by mail has longer than who is on our page.
    """
    chosen = res.settings.bookings
    by_staff = origin is ChangeOrigin.STAFF
    minutes = chosen.staff_change_hold_minutes if by_staff else chosen.hold_minutes
    ends = [clock.now() + timedelta(minutes=minutes)]
    ends += [leg.sailing.sales_close_at for leg in plan.legs if leg.demand is not None]
    return min([*ends, held.expires_at] if held.expires_at else ends)


def _differs(plan: Plan) -> bool:
    """Return whether anything would be another than it is."""
    content = plan.draft({}).content
    return (content.legs, content.items) != (plan.now.legs, plan.now.items) or any(
        (
            content.passengers,
            content.dropped_passengers,
            content.dropped_vehicles,
            plan.wanted.vehicles != plan.vehicles,
        )
    )


def _price_changed() -> Conflict:
    words = _("The price has changed. Please look at it again.")
    return Conflict(words, code="price_changed")
