"""What else sails from where a late or cancelled sailing was to leave."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from msgspec import Struct

from maritime_app import clock
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.trips import phases
from maritime_app.bookings.trips.phases import Phase
from maritime_app.ferries.model import Place, SailingStatus, local_day
from maritime_app.ferries.timetables import service as timetables
from maritime_app.ferries.timetables.model import BoardLine, BoardRequest
from maritime_app.resources import Resources

_MOST = 4
_FAR = timedelta(hours=18)  # until then, what sails next is what helps


class OtherSailing(Struct, frozen=True):
    """A sailing that one might take instead; `url` is None where it is only listed here."""

    boat: BoardLine
    leaves_at: datetime
    url: str | None


class ElsewhereView(Struct, frozen=True):
    """The next sailings of the same way, and others from the port; `asked` names operators whose
    sailings only a search can tell.
    """

    origin: Place
    destination: Place
    same_way: Sequence[OtherSailing]
    others: Sequence[OtherSailing]
    asked: Sequence[str]
    search_url: str


def stranded_leg(booking: Booking, now: datetime) -> Leg | None:
    """Return the leg that is late or cancelled and still ahead; None when all is well."""
    for leg in booking.legs:
        if leg.is_lost and now < leg.leaves_at:
            return leg
    if phases.phase_of(booking, now) is Phase.LATE:
        return phases.current_leg(booking, now)
    return None


async def elsewhere(res: Resources, leg: Leg) -> ElsewhereView:
    """Return what sails from that leg's port around its time, from our own tables: nobody is
    asked.
    """
    now = clock.now()
    days: list[date | None] = [None]  # from now on
    if leg.departs_at - now > _FAR:
        day = local_day(leg.departs_at, leg.origin.timezone)
        days = [day, day + timedelta(days=1)]
    boards = [
        await timetables.board(res, leg.origin.code, BoardRequest(day), arrivals=False)
        for day in days
    ]
    boats = [
        boat for board in boards for boat in board.boats if (boat.expected_at or boat.at) > now
    ]
    return elsewhere_view(leg, boats, boards[0].elsewhere)


def elsewhere_view(leg: Leg, boats: Sequence[BoardLine], asked: Sequence[str]) -> ElsewhereView:
    """Return what of these boats of the port helps, in their order."""
    sailing = [
        _other(leg, boat)
        for boat in boats
        if str(boat.id) != leg.sailing_id and boat.status is SailingStatus.SCHEDULED
    ]
    same = [other for other in sailing if other.boat.other.code == leg.destination.code]
    others = [other for other in sailing if other.boat.other.code != leg.destination.code]
    return ElsewhereView(
        origin=leg.origin,
        destination=leg.destination,
        same_way=same[:_MOST],
        others=others[:_MOST],
        asked=asked,
        search_url=_search_url(leg, leg.destination, leg.departs_at),
    )


def _other(leg: Leg, boat: BoardLine) -> OtherSailing:
    leaves_at = boat.expected_at or boat.at
    url = _search_url(leg, boat.other, boat.at) if boat.sold_here else None
    return OtherSailing(boat, leaves_at, url)


def _search_url(leg: Leg, destination: Place, at: datetime) -> str:
    day = local_day(at, leg.origin.timezone).isoformat()
    return "/ferries?" + urlencode({"from": leg.origin.code, "to": destination.code, "date": day})
