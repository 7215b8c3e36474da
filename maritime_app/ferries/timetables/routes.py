"""The departures of a port."""

from urllib.parse import urlencode

from aiohttp import web

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.ferries.model import Place, local_day
from maritime_app.ferries.search import service as search
from maritime_app.ferries.timetables import service
from maritime_app.ferries.timetables.store import Departure
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.render import page
from maritime_app.web.routing import PUBLIC, Route, get

_ROWS = 40


async def show_departures(request: web.Request) -> web.StreamResponse:
    """Show the next departures: a page, or with ?fragment=1 only its table for other pages."""
    res = resources(request)
    wanted = request.rel_url.query
    place = await search.place(res, wanted.get("port", ""))
    if place is None:
        raise NotFound(_("We do not know that place."))
    departures = await service.departures(res, place.code, _ROWS)
    context = {
        "port": place,
        "day": local_day(clock.now(), place.timezone),
        "fragment": wanted.get("fragment") == "1",
        "departures": [
            {"sailing": departure, "url": _search_url(departure, place)} for departure in departures
        ],
        "elsewhere": search.asked_when_searching(res, place),
    }
    return page(request, "ferries/departures.html", context)


def _search_url(departure: Departure, origin: Place) -> str | None:
    """Return where the sailing can be booked; None for one that is only listed."""
    if not departure.sold_here:
        return None
    day = local_day(departure.departs_at, origin.timezone).isoformat()
    question = {"from": origin.code, "to": departure.destination.code, "date": day, "adults": 1}
    return "/ferries?" + urlencode(question)


ROUTES: list[Route] = [get("/ferries/departures", show_departures, access=PUBLIC)]
