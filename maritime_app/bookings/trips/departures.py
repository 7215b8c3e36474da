"""What sails on the way and day of each leg of a booking. A telephone keeps it for the time without
a network, so it says when it was read.
"""

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web
from msgspec import Struct

from maritime_app import clock
from maritime_app.bookings.access.guests import ticketed
from maritime_app.bookings.model import Booking, Leg
from maritime_app.ferries.model import local_day
from maritime_app.ferries.timetables import service as timetables
from maritime_app.ferries.timetables.model import BoardLine, BoardRequest
from maritime_app.resources import Resources
from maritime_app.web.app_keys import resources
from maritime_app.web.render import page

_MOST_PAGES = 5  # of the board of a busy port on one day


class LegDepartures(Struct, frozen=True):
    """The boats of a leg's way on its day by departure; `asked` names operators whose sailings only
    a search can tell. The leg itself is among the boats where our timetable has it.
    """

    leg: Leg
    boats: Sequence[BoardLine]
    asked: Sequence[str]
    read_at: datetime


async def show(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Show the departures of every leg's way and day, as they are known now."""
    await ticketed(request, booking)
    found = [await _of_leg(resources(request), leg) for leg in booking.legs]
    context = {"reference": booking.reference, "departures": found}
    return page(request, "bookings/departures.html", context)


async def _of_leg(res: Resources, leg: Leg) -> LegDepartures:
    day, boats = local_day(leg.departs_at, leg.origin.timezone), list[BoardLine]()
    asked: Sequence[str] = ()
    for number in range(1, _MOST_PAGES + 1):
        wanted = BoardRequest(day, number)
        board = await timetables.board(res, leg.origin.code, wanted, arrivals=False)
        boats += [boat for boat in board.boats if boat.other.code == leg.destination.code]
        asked = board.elsewhere
        if number >= board.pages:
            break
    return LegDepartures(leg, boats, asked, clock.now())
