"""One fetch per question, however many wait: own sailings by one query, remote operators side by
side.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from asyncpg import Record

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries import store
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import (
    CabinOffer,
    Fare,
    OperatorState,
    Party,
    Place,
    Price,
    SailingOffer,
    SearchAnswer,
    SearchQuestion,
)
from maritime_app.ferries.operators import registry
from maritime_app.i18n import translate as _
from maritime_app.infra.cache import Filled
from maritime_app.infra.db import Conn
from maritime_app.infra.metrics import tally
from maritime_app.resources import Resources

_GUESSES = 5
_LOCODE = re.compile(r"^[A-Za-z]{2}[A-Za-z2-9]{3}$")


class UnknownPlace(Invalid):
    """A place was not named by its code.

    `meant` has the codes by field when names tell all of them for sure.
    """

    def __init__(self, guesses: Mapping[str, Sequence[Place]]) -> None:
        words = {field: _unknown_words(places) for field, places in guesses.items()}
        super().__init__(next(iter(words.values())), words, code="place")
        sure = all(len(places) == 1 for places in guesses.values())
        self.meant = {field: places[0].code for field, places in guesses.items()} if sure else {}


def key_of(question: SearchQuestion, party: Party) -> str:
    """One key for every way of asking the same."""
    vehicles = ",".join(f"{kind}.{length}.{height}" for kind, length, height in party.vehicles)
    back = question.return_date.isoformat() if question.return_date else ""
    return (
        f"ferries:search:{question.origin}:{question.destination}:{question.date}:{back}"
        f":{party.adults}.{party.children}.{party.infants}:{vehicles}"
    )


def tags_of(question: SearchQuestion) -> list[str]:
    """What drops the answer: anything that happens to a sailing of that day and direction."""
    tags = [day_tag(question.origin, question.destination, question.date)]
    if question.return_date:
        tags.append(day_tag(question.destination, question.origin, question.return_date))
    return tags


def day_tag(origin: str, destination: str, day: date) -> str:
    """The tag of a direction and local day."""
    return f"day:{origin.replace(' ', '_')}:{destination.replace(' ', '_')}:{day}"


def checked(question: SearchQuestion) -> SearchQuestion:
    """The question with its places as we write them, or Invalid for what cannot have an answer."""
    question = msgspec.structs.replace(
        question, origin=_canonical(question.origin), destination=_canonical(question.destination)
    )
    fields = {}
    if question.origin == question.destination:
        fields["to"] = _("Origin and destination are the same.")
    if question.return_date and question.return_date < question.date:
        fields["return_date"] = _("The way back is before the way out.")
    days_ahead = (question.date - clock.now().date()).days
    if days_ahead < -1:
        fields["date"] = _("That day has passed.")
    if days_ahead > 400:
        fields["date"] = _("No timetable reaches that far.")
    if fields:
        raise Invalid(next(iter(fields.values())), fields)
    return question


def _canonical(code: str) -> str:
    """A UN/LOCODE in capitals, however it was typed; a timetable's stop id as it is."""
    text = code.strip()
    return text.upper() if _LOCODE.match(text) else text


async def fill(res: Resources, question: SearchQuestion, party: Party) -> Filled:
    """Look everything up and encode it. Raises Invalid for an unknown place."""
    async with res.db.acquire() as conn:
        origin = await store.place(conn, question.origin)
        destination = await store.place(conn, question.destination)
        if origin is None or destination is None:
            unknown = {"from": question.origin} if origin is None else {}
            unknown |= {"to": question.destination} if destination is None else {}
            raise UnknownPlace(
                {field: await _guesses(conn, text) for field, text in unknown.items()}
            )
    ways = [_one_way(res, origin, destination, question.date, party)]
    if question.return_date:
        ways.append(_one_way(res, destination, origin, question.return_date, party))
    answered = await asyncio.gather(*ways)
    states = {state.code: state for _offers, asked in answered for state in asked}
    for _offers, asked in answered:
        states |= {state.code: state for state in asked if state.status != "ok"}
    partial = any(state.status != "ok" for state in states.values())
    tally["searches_partial" if partial else "searches_complete"] += 1
    answer = SearchAnswer(
        origin=origin,
        destination=destination,
        date=question.date,
        return_date=question.return_date,
        outbound=answered[0][0],
        inbound=answered[1][0] if question.return_date else None,
        operators=tuple(states.values()),
        partial=partial,
        as_of=clock.now().replace(microsecond=0),
        sandbox=bool(res.settings.sandboxed),
    )
    seconds = (
        res.settings.search.partial_cache_seconds if partial else res.settings.search.cache_seconds
    )
    return Filled(msgspec.json.encode(answer), tags_of(question), seconds)


async def _guesses(conn: Conn, text: str) -> list[Place]:
    """Places that may have been meant: the one that is called exactly so, else those that contain
    it.
    """
    near = await store.places_named(conn, text, _GUESSES) if text else []
    same = [place for place in near if place.name.casefold() == text.casefold()]
    return same if len(same) == 1 else near


def _unknown_words(guesses: Sequence[Place]) -> str:
    if not guesses:
        return _("We do not know that place.")
    named = ", ".join(f"{place.name} ({place.code})" for place in guesses)
    return _("We do not know that place. Did you mean: %(places)s?") % {"places": named}


async def _one_way(
    res: Resources, origin: Place, destination: Place, day: date, party: Party
) -> tuple[tuple[SailingOffer, ...], list[OperatorState]]:
    own, asked = await asyncio.gather(
        own_offers(res, origin, destination, day, party),
        _remote_offers(res, origin, destination, day, party),
    )
    offers = [*own, *(offer for answer in asked for offer in answer.offers)]
    offers.sort(key=lambda offer: (offer.departs_at, offer.operator.name))
    return tuple(offers), [answer.state for answer in asked]


async def _remote_offers(
    res: Resources, origin: Place, destination: Place, day: date, party: Party
) -> Sequence[registry.Asked]:
    if not (asks_outside(origin) and asks_outside(destination)):
        return []
    return await registry.of(res).offers(origin, destination, day, party)


def asks_outside(place: Place) -> bool:
    """Remote operators speak UN/LOCODE: five characters for a harbour, never a timetable's stop
    ids.
    """
    return len(place.code) == 5


async def own_offers(
    res: Resources, origin: Place, destination: Place, day: date, party: Party
) -> list[SailingOffer]:
    """The sailings whose places we hold, and those that are only listed."""
    async with res.db.acquire() as conn:
        rows = await store.sailings_on_day(conn, origin.code, destination.code, day)
        prices = await store.fares(conn, (row["fare_id"] for row in rows if row["fare_id"]))
    now = clock.now()
    return [
        _own_offer(row, prices.get(row["fare_id"]), party, origin, destination, now) for row in rows
    ]


def _own_offer(
    row: Record, fare: Fare | None, party: Party, origin: Place, destination: Place, now: datetime
) -> SailingOffer:
    left: dict[str, int] = row["left_over"] or {}
    price, reason = _price(fare, party)
    fits = _vehicle_fits(row, left, party)
    if reason is None:
        reason = _why_not(row, left, party, fits=fits, now=now)
    departs, arrives = row["departs_at"], row["arrives_at"]
    return SailingOffer(
        sailing_id=str(row["id"]),
        operator=store.operator_name(row),
        ferry=row["ferry"],
        departs_at=departs,
        arrives_at=arrives,
        departs_local=departs.astimezone(ZoneInfo(origin.timezone)).isoformat(timespec="minutes"),
        arrives_local=arrives.astimezone(ZoneInfo(destination.timezone)).isoformat(
            timespec="minutes"
        ),
        duration_minutes=int((arrives - departs).total_seconds() // 60),
        price=price,
        bookable=reason is None,
        places_left=left.get("passenger"),
        vehicle_fits=fits,
        why_not=reason,
        every_minutes=row["headway_seconds"] // 60 if row["headway_seconds"] else None,
        cabins=_cabins(fare, left, row["berths"] or {}),
    )


def _price(fare: Fare | None, party: Party) -> tuple[Price | None, str | None]:
    if fare is None:
        return None, "timetable_only"
    try:
        return Price(
            fare_rules.total_minor(fare_rules.price_lines(fare, party)), fare.currency
        ), None
    except Invalid:
        return None, "not_carried"


def _vehicle_fits(row: Record, left: dict[str, int], party: Party) -> bool | None:
    """True or false for what we know; null when the timetable does not say."""
    needed = fare_rules.takes(party).get("lane_cm", 0)
    if row["fare_id"] is None:
        return row["cars_allowed"] if isinstance(row["cars_allowed"], bool) else None
    tallest = max((height for _kind, _length, height in party.vehicles), default=0)
    return needed <= left.get("lane_cm", 0) and tallest <= (
        row["max_height_cm"] or 0 if party.vehicles else 0
    )


def _why_not(
    row: Record, left: dict[str, int], party: Party, *, fits: bool | None, now: datetime
) -> str | None:
    if row["status"] == "cancelled":
        return "cancelled"
    if row["departs_at"] <= now:
        return "departed"
    if left.get("passenger", 0) < party.people:
        return "full"
    return "no_room_for_vehicle" if party.vehicles and not fits else None


def _cabins(
    fare: Fare | None, left: dict[str, int], berths: dict[str, int]
) -> tuple[CabinOffer, ...]:
    if fare is None:
        return ()
    return tuple(
        CabinOffer(
            kind,
            Price(fare.prices[f"cabin:{kind}"], fare.currency),
            sleeps,
            left.get(f"cabin:{kind}", 0),
        )
        for kind, sleeps in sorted(berths.items())
        if f"cabin:{kind}" in fare.prices
    )


def sailing_uuid(sailing_id: str) -> UUID | None:
    """The id of a sailing in our own tables; None for a remote operator's."""
    try:
        return UUID(sailing_id)
    except ValueError:
        return None
