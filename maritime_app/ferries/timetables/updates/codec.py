"""The messages of a GTFS-Realtime feed to updates of trips. Pure.

Source: gtfs.org, "GTFS Realtime Reference", version 2.0; the names after the numbers are its
fields. Vehicle positions are passed over.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from maritime_app.ferries.timetables.realtime.protobuf import (
    Fields,
    id_in,
    integer_in,
    message_in,
    messages_in,
    read,
    text_in,
)
from maritime_app.ferries.timetables.updates import alert_codec
from maritime_app.ferries.timetables.updates.alert_codec import (
    LAST_SECOND,
    start_day,
    start_time,
)
from maritime_app.ferries.timetables.updates.model import (
    LONGEST_DELAY_SECONDS,
    LONGEST_LEAD_SECONDS,
    Event,
    Message,
    StopState,
    StopUpdate,
    TripState,
    TripUpdate,
    UpdatesRefused,
)

_DIFFERENTIAL: Final = 1
_AHEAD: Final = timedelta(minutes=5)  # so far a publisher's clock may be fast


def message(body: bytes, now: datetime) -> Message:
    """Return the feed; an entity that cannot be read is counted and loses no other.

    Raise UpdatesRefused for what is no such feed, a part of one, or only differences.
    """
    if not body:
        raise UpdatesRefused("The answer is empty.")
    try:
        feed = read(body)
        header = message_in(feed, 1)
        entities = messages_in(feed, 2)
        version = text_in(header, 1) if header else ""  # gtfs_realtime_version, required
        kind = integer_in(header, 2) if header else None  # incrementality
        seconds = integer_in(header, 3) if header else None  # timestamp
    except ValueError as error:
        raise UpdatesRefused(f"The answer is no GTFS-Realtime feed: {error}.") from None
    if not version:
        raise UpdatesRefused("The answer is no GTFS-Realtime feed: it has no header.")
    if kind == _DIFFERENTIAL:
        raise UpdatesRefused(
            "The feed sends differences only (DIFFERENTIAL): what it says depends on what was"
            " missed. Only whole ones (FULL_DATASET) are read."
        )
    said_at = _said_at(seconds, now)
    updates, left_out = [], 0
    alerts, alerts_left_out = [], 0
    for entity in entities:
        try:
            fields = read(entity)
            update = _update(fields)
        except (ValueError, OverflowError):
            left_out += 1
            continue
        if update is not None:
            updates.append(update)
        try:
            alert = alert_codec.alert(fields)
        except (ValueError, OverflowError):
            alerts_left_out += 1
            continue
        if alert is not None:
            alerts.append(alert)
    return Message(said_at, tuple(updates), left_out, tuple(alerts), alerts_left_out)


def _said_at(seconds: int | None, now: datetime) -> datetime:
    if not seconds:
        return now.replace(microsecond=0)  # optional before version 2.0
    if not 0 < seconds < LAST_SECOND:
        raise UpdatesRefused("The feed's timestamp is no time.")
    said_at = datetime.fromtimestamp(seconds, UTC)
    if said_at > now + _AHEAD:
        raise UpdatesRefused(f"The feed's timestamp is in the future ({said_at:%Y-%m-%d %H:%M}Z).")
    return said_at


def _update(entity: Fields) -> TripUpdate | None:
    """Return the entity's trip_update, None without one; raise ValueError."""
    found = message_in(entity, 3)
    if found is None or integer_in(entity, 2):  # is_deleted
        return None
    trip = message_in(found, 1)
    if trip is None:
        raise ValueError("an update of no trip")
    stops = tuple(_stop(read(each)) for each in messages_in(found, 2))
    return TripUpdate(
        trip=id_in(trip, 1),
        day=start_day(text_in(trip, 3)),
        start=start_time(text_in(trip, 2)),
        state=TripState(integer_in(trip, 4) or 0),
        stops=stops,
        delay=_sane(integer_in(found, 5)),
    )


def _stop(found: Fields) -> StopUpdate:
    return StopUpdate(
        sequence=integer_in(found, 1),
        stop_id=id_in(found, 4),
        state=StopState(integer_in(found, 5) or 0),
        arrival=_event(message_in(found, 2)),
        departure=_event(message_in(found, 3)),
    )


def _event(found: Fields | None) -> Event | None:
    if found is None:
        return None
    time = integer_in(found, 2) or None
    if time is not None and not 0 < time < LAST_SECOND:
        raise ValueError("a time that is none")
    delay = _sane(integer_in(found, 1))
    return None if time is None and delay is None else Event(delay, time)


def _sane(delay: int | None) -> int | None:
    if delay is not None and not -LONGEST_LEAD_SECONDS <= delay <= LONGEST_DELAY_SECONDS:
        raise ValueError("a delay that no ship has")
    return delay
