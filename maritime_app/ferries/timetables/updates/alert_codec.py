"""The alerts of a GTFS-Realtime feed. Pure.

Source: gtfs.org, "GTFS Realtime Reference", version 2.0, Alert; the names after the numbers are its
fields. What is longer than anybody reads is cut.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, TypeVar

from maritime_app.ferries.timetables.model import Cause, Effect, Period, Severity, Wording
from maritime_app.ferries.timetables.realtime.protobuf import (
    Fields,
    id_in,
    integer_in,
    message_in,
    messages_in,
    read,
    text_in,
)
from maritime_app.ferries.timetables.updates.model import AlertMessage, Selector

LAST_SECOND: Final = 2**33  # of a time; in the year 2242
_MOST_SELECTORS: Final = 2_000
_MOST_PERIODS: Final = 100
_MOST_LANGUAGES: Final = 20
_LONGEST_ID: Final = 200
_LONGEST_HEADER: Final = 300
_LONGEST_DESCRIPTION: Final = 3_000
_LONGEST_URL: Final = 1_000
_LONGEST_LANGUAGE: Final = 35  # of a tag by BCP 47
_KIND = TypeVar("_KIND", bound=StrEnum)
# In the order of the specification's numbers, from 1.
_EFFECTS: Final = list(Effect)
_CAUSES: Final = list(Cause)
_SEVERITIES: Final = list(Severity)


def alert(entity: Fields) -> AlertMessage | None:
    """Return the entity's alert, None without one; raise ValueError for one that says nothing, or
    that nothing can be made of.
    """
    found = message_in(entity, 5)
    if found is None or integer_in(entity, 2):  # is_deleted
        return None
    header = _wordings(found, 10, _LONGEST_HEADER)  # header_text
    description = _wordings(found, 11, _LONGEST_DESCRIPTION)  # description_text
    if not (header or description):
        raise ValueError("an alert without words")
    periods = messages_in(found, 1)  # active_period
    selectors = messages_in(found, 5)  # informed_entity
    if len(periods) > _MOST_PERIODS or len(selectors) > _MOST_SELECTORS:
        raise ValueError("an alert of too much")
    return AlertMessage(
        id=_cut(text_in(entity, 1), _LONGEST_ID),
        effect=_named(_EFFECTS, integer_in(found, 7), Effect.UNKNOWN_EFFECT),
        cause=_named(_CAUSES, integer_in(found, 6), Cause.UNKNOWN_CAUSE),
        severity=_named(_SEVERITIES, integer_in(found, 14), Severity.UNKNOWN_SEVERITY),
        header=header,
        description=description,
        url=_addresses(found),
        periods=tuple(_period(read(each)) for each in periods),
        selectors=tuple(_selector(read(each)) for each in selectors),
    )


def start_day(text: str) -> date | None:
    """Return the service day of a start_date, None for an empty one; raise ValueError."""
    if not text:
        return None
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        raise ValueError("a start_date that is none")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def start_time(text: str) -> int | None:
    """Return seconds of a start_time such as 08:00:00 or 25:35:00, None for an empty one; raise
    ValueError.
    """
    if not text:
        return None
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    if not (0 <= hours < 100 and 0 <= minutes < 60 and 0 <= seconds < 60):
        raise ValueError("a start_time that is none")
    return hours * 3600 + minutes * 60 + seconds


def _selector(found: Fields) -> Selector:
    trip = message_in(found, 4) or {}
    direction = integer_in(found, 6)  # direction_id, of the selector or of its trip
    if direction is None:
        direction = integer_in(trip, 6)
    if direction not in (None, 0, 1):
        raise ValueError("a direction that is none")
    return Selector(
        agency=id_in(found, 1),
        line=id_in(found, 2) or id_in(trip, 5),
        route_type=integer_in(found, 3),
        trip=id_in(trip, 1),
        day=start_day(text_in(trip, 3)),
        stop=id_in(found, 5),
        direction=direction,
        start=start_time(text_in(trip, 2)),
    )


def _period(found: Fields) -> Period:
    start, end = integer_in(found, 1) or None, integer_in(found, 2) or None
    if start is not None and not 0 < start < LAST_SECOND:
        raise ValueError("a time that is none")
    if end is not None and not 0 < end < LAST_SECOND:
        end = None  # "for ever", as some write it
    if start is not None and end is not None and end < start:
        raise ValueError("a period that ends before it begins")
    return Period(_instant(start), _instant(end))


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _wordings(found: Fields, number: int, longest: int) -> tuple[Wording, ...]:
    """Return a TranslatedString's texts that say something."""
    translated = message_in(found, number)
    if translated is None:
        return ()
    each = [read(body) for body in messages_in(translated, 1)[:_MOST_LANGUAGES]]
    wordings = (
        Wording(_cut(text_in(one, 2), _LONGEST_LANGUAGE), _cut(text_in(one, 1), longest))
        for one in each
    )
    return tuple(one for one in wordings if one.text)


def _addresses(found: Fields) -> tuple[Wording, ...]:
    return tuple(
        each
        for each in _wordings(found, 8, _LONGEST_URL + 1)
        if each.text.startswith(("https://", "http://")) and len(each.text) <= _LONGEST_URL
    )


def _cut(text: str, longest: int) -> str:
    """Return the text without control characters but line ends, at most so long."""
    plain = "".join(sign for sign in text if sign == "\n" or sign.isprintable()).strip()
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def _named(kinds: list[_KIND], number: int | None, otherwise: _KIND) -> _KIND:
    return kinds[number - 1] if number and 0 < number <= len(kinds) else otherwise
