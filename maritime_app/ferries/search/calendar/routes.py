"""A month of prices between two ports."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from maritime_app import clock
from maritime_app.ferries.lowest_fares import service as lowest_fares
from maritime_app.ferries.lowest_fares.model import LowestFare, Way
from maritime_app.ferries.model import Place
from maritime_app.ferries.parties import PartyFields, party_of
from maritime_app.ferries.places import service as places
from maritime_app.ferries.search.calendar.boat_trip import boat_trip
from maritime_app.ferries.search.results import views
from maritime_app.ferries.search.results.party_words import party_words
from maritime_app.ferries.search.routes import form_context
from maritime_app.money import Money
from maritime_app.resources import Resources
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import query
from maritime_app.web.render import page
from maritime_app.web.routing import PUBLIC, Route, get

_MONTHS_AHEAD = 3  # as far as prices are looked up
_SOON = timedelta(days=35)  # as far as operators are asked
_LOOK_AGAIN_SECONDS = 20


class MonthRequest(PartyFields, frozen=True, rename={"origin": "from", "destination": "to"}):
    """A way, and a month as "2026-12"; this one where it is left out. The party as in a search."""

    origin: Annotated[str, msgspec.Meta(min_length=1, max_length=160)]
    destination: Annotated[str, msgspec.Meta(min_length=1, max_length=160)]
    month: Annotated[
        str,
        msgspec.Meta(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?(?![\s\S])", examples=["2026-12"]),
    ] = ""


class MonthDay(msgspec.Struct, frozen=True):
    """A day of the month (None: of another one) with its price and where it leads."""

    date: date | None
    fare: LowestFare | None = None
    url: str = ""
    is_lowest: bool = False


class Month(msgspec.Struct, frozen=True):
    """A month of prices, and where its neighbours are.

    `not_asked` names operators that have not been asked yet for so many people on days of the month
    that they can be asked for; the page looks again where `refresh_seconds` says when.
    """

    first: date
    weeks: list[list[MonthDay]]
    earlier_url: str
    later_url: str
    list_url: str
    here_url: str
    not_asked: list[str]
    refresh_seconds: int


async def show_month(request: web.Request) -> web.StreamResponse:
    """Show the lowest price of each day of a month; a day leads to its sailings."""
    wanted, res = query(request, MonthRequest), resources(request)
    today = clock.now().date()
    first = date.fromisoformat(f"{wanted.month}-01") if wanted.month else today.replace(day=1)
    origin = await places.place(res, wanted.origin)
    destination = await places.place(res, wanted.destination)
    entered = views.search_form(request.rel_url.query)
    form = await form_context(request, entered, {})
    if origin is None or destination is None:
        context = {"searched": False, **form}
        return page(request, "ferries/search.html", context, status=404)
    way, party = (origin.code, destination.code), party_of(wanted)
    last = _next(first) - timedelta(days=1)
    fares = await lowest_fares.lowest_fares(res, way, first, last, party)
    await lowest_fares.want(res, way, party)
    month = _month(first, today, fares, entered)
    context = {
        "month": month,
        "origin": origin,
        "destination": destination,
        "party": party_words(party),
        "path": _path(way),
        "trip": await _trip(res, (origin, destination)),
        **form,
    }
    return page(request, "ferries/month.html", context)


async def _trip(res: Resources, ends: tuple[Place, Place]) -> Mapping[str, Any]:
    """Return the way for search engines, who come without a party."""
    way = (ends[0].code, ends[1].code)
    url = res.settings.public_url + _path(way)
    invented = res.settings.demo.enabled or "operators" in res.settings.sandboxed
    return boat_trip(*ends, await lowest_fares.prices_of_way(res, way), url, invented=invented)


def _path(way: Way) -> str:
    return "/ferries/calendar?" + urlencode({"from": way[0], "to": way[1]})


def _month(
    first: date, today: date, fares: Sequence[LowestFare], entered: Mapping[str, Any]
) -> Month:
    known = {each.day: each for each in fares}
    coming = [each for each in fares if each.day >= today]
    known_prices = [each.price for each in coming if each.price and not each.not_asked]
    lowest = _lowest(known_prices)

    def shown(day: date) -> MonthDay:
        if day.month != first.month:
            return MonthDay(None)
        fare = known.get(day)
        url = views.search_url({**entered, "date": day.isoformat()}) if day >= today else ""
        is_lowest = lowest is not None and fare is not None and fare.price == lowest
        return MonthDay(day, fare, url, is_lowest=is_lowest and day >= today)

    weeks = Calendar().monthdatescalendar(first.year, first.month)  # they begin on Monday
    before, after = first - timedelta(days=1), _next(first)
    newest = today.replace(day=1) + timedelta(days=31 * _MONTHS_AHEAD)
    waits = any(each.not_asked and each.day < today + _SOON for each in coming)
    return Month(
        first=first,
        weeks=[[shown(day) for day in week] for week in weeks],
        earlier_url=_url(entered, before) if first > today else "",
        later_url=_url(entered, after) if after <= newest else "",
        list_url=views.search_url({**entered, "date": max(first, today).isoformat()}),
        here_url=_url(entered, first),
        not_asked=sorted({name for each in coming for name in each.not_asked}),
        refresh_seconds=_LOOK_AGAIN_SECONDS if waits else 0,
    )


def _lowest(prices: Sequence[Money]) -> Money | None:
    """Return the price that is worth marking; None where all days cost the same."""
    amounts = {price.amount_minor for price in prices}
    return min(prices, key=lambda price: price.amount_minor) if len(amounts) > 1 else None


def _url(entered: Mapping[str, Any], day: date) -> str:
    kept = views.asked(entered)
    return "/ferries/calendar?" + urlencode({**kept, "month": day.isoformat()[:7]})


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


ROUTES: list[Route] = [get("/ferries/calendar", show_month, access=PUBLIC, limit="search")]
