"""What a party chooses: another sailing, the price back, or to travel late. One click, no fee."""

from datetime import timedelta
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.bookings import rights, store as bookings
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.changes import completion, service as changes, store as change_store
from maritime_app.bookings.changes.model import Change, Draft
from maritime_app.bookings.changes.orders import content as contents
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.disruptions import offers, remote, store
from maritime_app.bookings.disruptions.model import AlternativeView, ChoiceResponse, Party
from maritime_app.bookings.disruptions.states import PartyEvent
from maritime_app.bookings.model import Booking, BookingStatus, DisruptionKind, PartyStatus
from maritime_app.bookings.open_change import ChangeOrigin, ChangeStatus
from maritime_app.errors import Conflict, NotFound
from maritime_app.ferries.model import OperatorKind
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.sailings import sales
from maritime_app.ferries.sailings.sales import SaleEnd
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.resources import Resources

REASON = "disrupted"  # of the refund; mails say it in words
_SHORT = timedelta(minutes=10)  # a change that is applied in the same transaction
_MAY_CHOOSE = (PartyStatus.OFFERED, PartyStatus.OVERDUE)


async def choice(res: Resources, booking: Booking) -> ChoiceResponse:
    """Return what a party may choose, or how it has ended; raise NotFound where nothing happened.

    Where the leg's remote operator does not answer, the money back can be chosen all the same.
    """
    async with res.db.acquire() as conn:
        party = await store.latest_party(conn, booking.id)
        if party is None:
            raise NotFound(_("This booking sails as it was booked."), code="not_disrupted")
        legs = offers.legs_on(booking, party.sailing_id)
        leg = legs[0] if legs else booking.legs[0]
        may_choose = bool(legs) and _may_choose(party, booking)
        answered: list[AlternativeView] | None = []
        if may_choose:
            answered = await offers.views(conn, res, booking, leg, party)
    if may_choose and leg.operator.kind is OperatorKind.REMOTE:
        answered = await remote.alternatives(res, booking, leg)
    return ChoiceResponse(
        kind=party.kind,
        status=party.status,
        leg=leg.number,
        late_minutes=party.late_minutes,
        reason=None if party.kind is DisruptionKind.NO_PLACE else party.reason,
        note=party.note,
        answer_by=party.answer_by,
        may_choose=may_choose,
        may_keep=may_choose and party.kind is DisruptionKind.DELAYED,
        alternatives=tuple(answered or ()),
        refund=Money(offers.refund_minor(booking, clock.now()), booking.currency),
        unanswered=leg.operator.name if answered is None else None,
    )


async def rebook(res: Resources, booking: Booking, sailing_id: str) -> None:
    """Take another sailing instead of the one that does not go as booked, for nothing.

    Raise Conflict where there is nothing to choose or the places are gone, Unavailable when a
    remote operator does not answer; then everything is as it was.
    """
    if operators.is_remote(sailing_id):
        await _ask_operator(res, booking, sailing_id)
        return
    try:
        key = UUID(sailing_id)
    except ValueError as error:
        raise NotFound(_("There is no such sailing."), code="sailing") from error
    await _move(res, booking.id, key)


async def _move(res: Resources, booking_id: UUID, sailing_id: UUID) -> None:
    """Move to another sailing of ours; places that are held there already are used."""
    async with res.db.transaction() as conn:
        party, booking = await _asked(conn, booking_id)
        if await bookings.are_cancelled(conn, [sailing_id]):
            raise sales.refusal(SaleEnd.CANCELLED)  # the other one, too
        await change_store.lock_places(conn, booking.id, [sailing_id])
        leg = offers.legs_on(booking, party.sailing_id)[0]
        change = await _held_on(conn, booking, leg.number, sailing_id)
        if change is None:
            await offers.withdraw_open(conn, res, booking.id)
            known = await offers.alternatives(conn, res, booking, leg)
            other = next((one for one in known if one.sailing_id == sailing_id), None)
            if other is None:
                raise _full()
            until = clock.now() + _SHORT
            change = await offers.hold_on(conn, res, booking, leg, other, until)
        if change is None:
            raise _full()
        await _apply(conn, res, change)
        await store.set_change(conn, party, change.id)
        await store.apply(conn, party, PartyEvent.MOVE)


async def _ask_operator(res: Resources, booking: Booking, sailing_id: str) -> None:
    """Hold the leg on another sailing of its remote operator; its job has it confirmed."""
    async with res.db.acquire() as conn:
        asked = await store.open_party(conn, booking.id)
    legs = offers.legs_on(booking, asked.sailing_id) if asked else []
    if not legs:
        raise _nothing_to_choose()
    held = await remote.hold(res, booking, legs[0], sailing_id)
    try:
        async with res.db.transaction() as conn:
            party, locked = await _asked(conn, booking.id)
            await offers.withdraw_open(conn, res, booking.id)
            after = contents.replaced(await offers.content_of(conn, locked), held)
            given_up = (remote.given_up(locked, legs[0]),)
            after = msgspec.structs.replace(after, given_up=given_up)
            draft, until = Draft(after, locked.total_minor), clock.now() + _SHORT
            origin = ChangeOrigin.DISRUPTION
            change = await changes.hold(conn, res, locked, draft, origin, until)
            if change is None or not await changes.accept(conn, change):
                raise _nothing_to_choose()
            await store.set_change(conn, party, change.id)
            await store.apply(conn, party, PartyEvent.ASK_OPERATOR)
    except Conflict:
        await remote.release(res, held)
        raise


async def refund(res: Resources, booking_id: UUID) -> int:
    """Give back the whole price of what is not sailed yet, and return it in minor units.

    Raise Conflict where there is nothing to choose.
    """
    async with res.db.transaction() as conn:
        party, booking = await _asked(conn, booking_id)
        left = rights.unmade(booking, clock.now())
        if len(left) == len(booking.legs):
            await cancellations.end(conn, res, booking, 0, REASON)
            back_minor = booking.total_minor
        else:
            back_minor = await _drop(conn, res, booking, [leg.number for leg in left])
        await store.apply(conn, party, PartyEvent.REFUND)
    return back_minor


async def keep(res: Resources, booking_id: UUID) -> None:
    """Travel late; raise Conflict where the sailing does not go, or there is nothing to choose."""
    async with res.db.transaction() as conn:
        party, booking = await _asked(conn, booking_id)
        if party.kind is not DisruptionKind.DELAYED:
            raise _cannot_stay(party.kind)
        await offers.withdraw_open(conn, res, booking.id)
        await store.apply(conn, party, PartyEvent.KEEP)


async def _asked(conn: Conn, booking_id: UUID) -> tuple[Party, Booking]:
    """Lock the booking and return it with its open question."""
    booking = await bookings.locked_booking(conn, booking_id)
    party = await store.open_party(conn, booking_id)
    if party is None or not (
        _may_choose(party, booking) and offers.legs_on(booking, party.sailing_id)
    ):
        raise _nothing_to_choose()
    return party, booking


def _may_choose(party: Party, booking: Booking) -> bool:
    return party.status in _MAY_CHOOSE and booking.status is BookingStatus.CONFIRMED


async def _held_on(
    conn: Conn, booking: Booking, leg_number: int, sailing_id: UUID
) -> Change | None:
    """Return the change that holds places on that sailing for the leg, if there is one."""
    waiting = await change_store.open_change(conn, booking.id)
    if waiting is None or waiting.status is not ChangeStatus.HELD:
        return None
    if waiting.from_version != booking.version:
        return None
    wanted = any(
        leg.number == leg_number and leg.sailing_id == sailing_id for leg in waiting.content.legs
    )
    return waiting if wanted else None


async def _apply(conn: Conn, res: Resources, change: Change) -> None:
    accepted = await change_store.apply(conn, change.id, ChangeEvent.ACCEPT)
    if not (accepted and await completion.apply(conn, res, change)):
        words = _("This booking has just changed. Please look at it again.")
        raise Conflict(words, code="booking_changed")


async def _drop(conn: Conn, res: Resources, booking: Booking, numbers: list[int]) -> int:
    """Drop the legs that are not made, and give their price back."""
    await change_store.lock_places(conn, booking.id, ())
    await offers.withdraw_open(conn, res, booking.id)
    draft = contents.without_legs(booking, await offers.content_of(conn, booking), numbers)
    until = clock.now() + _SHORT
    change = await changes.hold(conn, res, booking, draft, ChangeOrigin.DISRUPTION, until)
    if change is None:
        raise _full()
    await _apply(conn, res, change)  # and with it the money goes back
    return -draft.due_minor


def _cannot_stay(kind: DisruptionKind) -> Conflict:
    if kind is DisruptionKind.NO_PLACE:
        words = _("This ship has no room for you. See what else sails, or take your money back.")
        return Conflict(words, code="no_place")
    words = _("This sailing does not go. See what else sails, or take your money back.")
    return Conflict(words, code="sailing_cancelled")


def _nothing_to_choose() -> Conflict:
    words = _("There is nothing to choose for this booking (any more).")
    return Conflict(words, code="nothing_to_choose")


def _full() -> Conflict:
    words = _("There are not enough places left on this sailing. Please choose another one.")
    return Conflict(words, code="sold_out")
