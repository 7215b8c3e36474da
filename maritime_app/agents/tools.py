"""The table of tools. Each goes down the road that pages and API take, with the same limits."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from maritime_app.agents.model import (
    CancelBooking,
    ChangeBooking,
    FindPorts,
    FindVessel,
    HoldBooking,
    PayBooking,
    QuoteChange,
    SearchFerries,
    ShowBooking,
)
from maritime_app.agents.schemas import schema_of
from maritime_app.bookings import service as bookings
from maritime_app.bookings.access import promo_codes
from maritime_app.bookings.access.guests import answer, check_may_end, holder, proof_of
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.changes.orders import ordering as changes
from maritime_app.bookings.changes.pricing.requests import ChangeOrder
from maritime_app.bookings.mandates import service as mandates
from maritime_app.bookings.mandates.model import MandatePayment, MandateQuestion
from maritime_app.ferries.search import service as search
from maritime_app.ferries.search.model import SearchQuery
from maritime_app.ports import service as ports
from maritime_app.ports.model import PortQuery
from maritime_app.vessels import service as vessels
from maritime_app.web.app_keys import resources
from maritime_app.web.forms.validation import convert
from maritime_app.web.idempotency import once_under
from maritime_app.web.render import json

_MOST_VESSELS = 10
Run = Callable[[web.Request, Any], Awaitable[bytes]]


class Tool(msgspec.Struct, frozen=True):
    """A tool: what it is for, what it is asked with, which limit it counts under.

    `changes` says whether something is different afterwards, `ends` whether that cannot be undone.
    """

    name: str
    title: str
    description: str
    arguments: type[Any]
    run: Run
    limit: str
    changes: bool = False
    ends: bool = False

    def described(self) -> dict[str, Any]:
        """Return the tool as tools/list has it."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": schema_of(self.arguments),
            "annotations": {
                "title": self.title,
                "readOnlyHint": not self.changes,
                "destructiveHint": self.ends,
                "idempotentHint": True,
                "openWorldHint": True,
            },
        }


async def _find_ports(request: web.Request, asked: FindPorts) -> bytes:
    found = await ports.find(resources(request), PortQuery(q=asked.text))
    return msgspec.json.encode(found)


async def _search(request: web.Request, asked: SearchFerries) -> bytes:
    plain = {name: value for name, value in msgspec.to_builtins(asked).items() if value != ""}
    question = search.question(convert(plain, SearchQuery, strict=True))
    return (await search.search(resources(request), question)).body


async def _hold(request: web.Request, asked: HoldBooking) -> bytes:
    await promo_codes.guess(request, asked.booking.promo_code)

    async def work() -> web.Response:
        booked = await bookings.book(resources(request), asked.booking, await holder(request))
        return json(request, booked, status=201)

    return await _once(request, "bookings.create", asked.key, asked.booking, work)


async def _get_mandate(request: web.Request, asked: MandateQuestion) -> bytes:
    return msgspec.json.encode(await mandates.view(resources(request), asked.mandate))


async def _pay(request: web.Request, asked: PayBooking) -> bytes:
    res = resources(request)
    booking = await proof_of(request, asked.reference, asked.token, asked.surname)

    async def work() -> web.Response:
        outcome = await mandates.pay(res, asked.mandate, booking, asked.difference_minor)
        after = await answer(request, await bookings.by_id(res, booking.id))
        return json(request, MandatePayment(outcome, after))

    return await _once(request, f"bookings.pay:{booking.id}", asked.key, asked, work)


async def _show(request: web.Request, asked: ShowBooking) -> bytes:
    booking = await proof_of(request, asked.reference, asked.token, asked.surname)
    return msgspec.json.encode(await answer(request, booking))


async def _quote_cancellation(request: web.Request, asked: ShowBooking) -> bytes:
    booking = await proof_of(request, asked.reference, asked.token, asked.surname)
    return msgspec.json.encode(await cancellations.quote(resources(request), booking))


async def _cancel(request: web.Request, asked: CancelBooking) -> bytes:
    res = resources(request)
    booking = await proof_of(request, asked.reference, asked.token, asked.surname)
    check_may_end(request, booking)

    async def work() -> web.Response:
        done = await cancellations.cancel(res, booking, asked.fee_minor)
        return json(request, await answer(request, done))

    return await _once(request, f"bookings.cancel:{booking.id}", asked.key, asked, work)


async def _quote_change(request: web.Request, asked: QuoteChange) -> bytes:
    booking = await proof_of(request, asked.reference, asked.token, asked.surname)
    return msgspec.json.encode(await changes.quote(resources(request), booking, asked.change))


async def _change(request: web.Request, asked: ChangeBooking) -> bytes:
    res = resources(request)
    booking = await proof_of(request, asked.reference, asked.token, asked.surname)
    check_may_end(request, booking)

    async def work() -> web.Response:
        wanted = ChangeOrder(asked.change, asked.difference_minor)
        done = await changes.order(res, booking, wanted)
        return json(request, await answer(request, done))

    return await _once(request, f"bookings.change:{booking.id}", asked.key, asked, work)


async def _find_vessel(request: web.Request, asked: FindVessel) -> bytes:
    found = await vessels.search(resources(request), asked.text, _MOST_VESSELS)
    return msgspec.json.encode({"vessels": found})


async def _once(
    request: web.Request,
    scope: str,
    key: str,
    asked: msgspec.Struct,
    work: Callable[[], Awaitable[web.Response]],
) -> bytes:
    entries = msgspec.json.encode(asked, order="sorted")
    answered = await once_under(request, scope, key, entries, work)
    return bytes(answered.body) if isinstance(answered.body, bytes) else b"{}"


TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            "find_ports",
            "Find ports",
            "Ports by any of their names in any script (Piraeus, Pireás, Πειραιάς, GRPIR). "
            "Answers codes, which the other tools take.",
            FindPorts,
            _find_ports,
            "search",
        ),
        Tool(
            "search_ferries",
            "Search ferries",
            "Sailings of all operators between two ports on a local day with prices for the "
            "party. `partial` true: an operator has not answered; ask again in some seconds. "
            "Prices are in minor units (cents).",
            SearchFerries,
            _search,
            "search",
        ),
        Tool(
            "hold_booking",
            "Hold places",
            "Hold places on one or more sailings for some minutes. Nothing is paid: give "
            "`checkout_url` to the person who pays, or call pay_booking, before `expires_at`. Keep "
            "`reference` and `token`. Send `total` as it was shown; another price is refused. The "
            "`cabins` and `extras` of a sailing are in the answer of search_ferries.",
            HoldBooking,
            _hold,
            "book",
            changes=True,
        ),
        Tool(
            "get_mandate",
            "Show a mandate",
            "What a mandate that a person gave you still allows: amount, number of bookings, "
            "route, until when.",
            MandateQuestion,
            _get_mandate,
            "look_up",
        ),
        Tool(
            "pay_booking",
            "Pay a booking with a mandate",
            "Pay a held booking with the mandate that a person gave you: their saved card is "
            "charged, within what they allowed. With `difference_minor` it pays what a change "
            "waits for. `payment.outcome` paid: the ticket follows, ask get_booking. handed_over: "
            "the bank refused without them (`reason`); give `booking.checkout_url` (of a change "
            "`booking.change.checkout_url`) to the person, as where you have no mandate. No "
            "answer, or one to try again later: repeat with the same key; it is charged once.",
            PayBooking,
            _pay,
            "book",
            changes=True,
        ),
        Tool(
            "get_booking",
            "Show a booking",
            "A booking as it stands: status, what happens next (`story`), legs, money on its way "
            "back. Ask this whenever you do not know what became of something.",
            ShowBooking,
            _show,
            "look_up",
        ),
        Tool(
            "quote_change",
            "Price a change",
            "What another sailing, other names, people, vehicles, cabins or extras would cost now. "
            "Order it with change_booking, or let a person do it on `booking_url`.",
            QuoteChange,
            _quote_change,
            "look_up",
        ),
        Tool(
            "change_booking",
            "Change a booking",
            "Change for exactly the `difference` that quote_change answered; refused when it has "
            "changed since. It takes the booking_token that hold_booking answered, or the token of "
            "a link from the customer's mail. What costs nothing or less is done. What is dearer "
            "is held: until `change.expires_at` give `change.checkout_url` to the person, or call "
            "pay_booking with `difference_minor`. Ask the person first.",
            ChangeBooking,
            _change,
            "book",
            changes=True,
        ),
        Tool(
            "quote_cancellation",
            "Price a cancellation",
            "What cancelling costs now and what comes back, in minor units.",
            ShowBooking,
            _quote_cancellation,
            "look_up",
        ),
        Tool(
            "cancel_booking",
            "Cancel a booking",
            "Cancel for exactly the fee that quote_cancellation answered; refused when it has "
            "changed since. A paid booking takes the booking_token that hold_booking answered (or "
            "the token of a link from the customer's mail) as token; a surname is not enough. "
            "Ask the person first: it cannot be undone.",
            CancelBooking,
            _cancel,
            "book",
            changes=True,
            ends=True,
        ),
        Tool(
            "find_vessel",
            "Find a ship",
            "Ships by name, MMSI or IMO number with their last reported position and its age. "
            "For information, never for navigation.",
            FindVessel,
            _find_vessel,
            "search",
        ),
    )
}
