"""Join the waiting list of a sailing, look at one's place, leave."""

from uuid import UUID

import msgspec

from maritime_app import signed_links
from maritime_app.bookings.model import BookingRequest
from maritime_app.bookings.pricing import service as pricing
from maritime_app.bookings.pricing.model import PricingRequest
from maritime_app.bookings.service import checked
from maritime_app.bookings.waiting import mails, store
from maritime_app.bookings.waiting.model import NewWaiter, WaitedSailing, Waiter
from maritime_app.bookings.waiting.states import WaitingEvent
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ferries.model import OperatorKind
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

_MOST_ON_A_LIST = 500


async def join(res: Resources, request: BookingRequest) -> str:
    """Put a party at the end of the list and return the token of its place.

    Raise Invalid for what could not be booked either, Conflict for a sailing without a list, a
    full one, or an address that waits there already.
    """
    if request.promo_code:
        words = _("The waiting list takes no promo code: what is left of it then, nobody knows.")
        raise Invalid(words, {"promo_code": words}, code="promo_code")
    request = checked(request, res.settings.web.languages)
    quote = await pricing.quote(res, PricingRequest.of(request))
    leg = quote.legs[0]
    if len(quote.legs) != 1 or leg.sailing.operator.kind is not OperatorKind.HOUSE:
        words = _("There is a waiting list for one crossing at a time, of our own sailings.")
        raise Invalid(words, {"legs[0].sailing_id": words})
    party = NewWaiter(
        id=uuid7(),
        sailing_id=leg.sailing.id,
        email=request.contact.email,
        language=request.contact.language,
        places=leg.places,
        # A price that has changed by then is said with the offer; nothing is charged before.
        request=msgspec.to_builtins(msgspec.structs.replace(request, total=None)),
    )
    await _add(res, party)
    return signed_links.token(res.settings, mails.PURPOSE, party.id)


async def _add(res: Resources, party: NewWaiter) -> None:
    async with res.db.transaction() as conn:
        if not await store.add(conn, party, _MOST_ON_A_LIST):
            words = _("This address waits for the sailing already, or its list is full.")
            raise Conflict(words, code="waiting")
        waiter = await store.waiter(conn, party.id)
        assert waiter is not None
        await mails.write(conn, res, waiter, mails.JOINED, key=f"waiting:{party.id}:joined")
        await enqueue(
            conn,
            "bookings.offer_places",
            {"sailing_id": str(party.sailing_id)},
            subject=("sailing", str(party.sailing_id)),
        )


async def place(res: Resources, waiter_id: UUID) -> tuple[Waiter, WaitedSailing, int]:
    """Return a party, its sailing and how many come before; raise NotFound."""
    async with res.db.acquire() as conn:
        party = await store.waiter(conn, waiter_id)
        if party is None:
            raise unknown()
        return party, await store.sailing(conn, party.sailing_id), await store.ahead(conn, party)


async def leave(res: Resources, waiter_id: UUID) -> None:
    """Take a party off the list; once its places are held it has a booking that it can cancel."""
    async with res.db.transaction() as conn:
        await store.apply(conn, waiter_id, WaitingEvent.LEAVE)


def unknown() -> NotFound:
    """Return the refusal of a link that is none of ours."""
    return NotFound(_("There is no such place on a waiting list."), code="waiting")
