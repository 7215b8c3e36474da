"""What the timetables that are kept here say about a port."""

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.model import Place, SailingStatus, local_day
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.places import service as places
from maritime_app.ferries.timetables import store
from maritime_app.ferries.timetables.model import Board, BoardLine, BoardRequest
from maritime_app.ferries.timetables.updates import service as updates
from maritime_app.ferries.timetables.updates.alerts import service as alerts
from maritime_app.ferries.timetables.updates.alerts.service import Told
from maritime_app.ferries.timetables.updates.model import Said
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.paging import pages, skipped
from maritime_app.ports import service as ports
from maritime_app.resources import Resources

_Span = tuple[datetime, datetime]

PAGE_SIZE = 40
NEXT_DAYS = (2, 60)  # how far "from now on" looks: further only where nothing is near


async def board(res: Resources, port: str, request: BoardRequest, *, arrivals: bool) -> Board:
    """Return a page of the boats of a port, on one of its days or from now on.

    Remote operators keep their own timetables; they are named instead. Raise UnknownPort, and
    Invalid for a day that is in no calendar.
    """
    place = await places.place(res, port)
    if place is None:
        async with res.reads.acquire() as conn:
            raise await ports.unknown(conn, port)
    async with res.reads.acquire() as conn:
        (first_at, end_at), boats, total = await _boats(conn, place, request, arrivals=arrivals)
        no_boat = not (total or arrivals)
        near = await places.near_departures(conn, place.code, NEXT_DAYS[-1]) if no_boat else ()
    said = await updates.said_of(res, (boat.listing for boat in boats))
    told = await alerts.told(res)
    return Board(
        port=place,
        date=request.date or local_day(first_at, place.timezone),
        arrivals=arrivals,
        first_at=first_at,
        boats=tuple(_as_said(boat, said, told, arrivals=arrivals) for boat in boats),
        total=total,
        page=request.page,
        pages=pages(total, PAGE_SIZE),
        elsewhere=tuple(operators.asked_when_searching(res, place)),
        as_of=clock.now(),
        alerts=alerts.at_port(told, place.code, first_at, end_at, arrivals=arrivals),
        near=tuple(near),
    )


async def _boats(
    conn: Conn, place: Place, request: BoardRequest, *, arrivals: bool
) -> tuple[_Span, list[BoardLine], int]:
    """Return between which instants was looked, the boats of the page, and how many there are."""
    skip = skipped(request.page, PAGE_SIZE)
    spans = _spans(place, request.date)
    for first_at, end_at in spans:
        span = conn, place.code, first_at, end_at
        boats, total = await store.calls_at(*span, arrivals=arrivals, limit=PAGE_SIZE, skip=skip)
        if not boats and skip:  # behind the last page, which the rows alone cannot tell
            _first, total = await store.calls_at(*span, arrivals=arrivals, limit=1)
        if total:
            return (first_at, end_at), boats, total
    return spans[-1], [], 0


def _as_said(boat: BoardLine, said: Mapping[str, Said], told: Told, *, arrivals: bool) -> BoardLine:
    """Return the boat of a timetable as its publisher says that it goes, with what it tells."""
    if boat.listing is None or boat.listing.feed not in {*said, *told}:
        return boat
    ends = (boat.other_at, boat.at) if arrivals else (boat.at, boat.other_at)
    listing = updates.with_live(said, boat.listing, *ends)
    listing = alerts.with_alerts(told, listing, *ends)
    live = listing.live
    if live is None:
        return msgspec.structs.replace(boat, listing=listing)
    skipped = live.arrival_skipped if arrivals else live.departure_skipped
    return msgspec.structs.replace(
        boat,
        listing=listing,
        expected_at=live.expected_arrives_at if arrivals else live.expected_departs_at,
        status=SailingStatus.CANCELLED if live.cancelled or skipped else boat.status,
    )


def _spans(place: Place, day: date | None) -> list[_Span]:
    """The instants of a local day of the port; without a day, the next ones, further if need be."""
    if day is None:
        now = clock.now()
        return [(now, now + timedelta(days=days)) for days in NEXT_DAYS]
    if not MINYEAR < day.year < MAXYEAR:  # its first or last instant is in no calendar
        words = _("Please write the date as year-month-day, such as 2027-05-31.")
        raise Invalid(words, {"date": words})
    zone = clock.zone(place.timezone)
    first = datetime.combine(day, time(), zone).astimezone(UTC)
    return [(first, datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC))]
