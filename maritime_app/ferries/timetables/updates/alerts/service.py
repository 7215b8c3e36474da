"""What publishers of timetables tell travellers of a boat, and of a port."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.ferries.timetables.model import Alert, Listing, Period, Severity
from maritime_app.ferries.timetables.updates.alerts import store
from maritime_app.ferries.timetables.updates.alerts.model import (
    AlertsSaid,
    Concern,
    FollowedAlerts,
    KeptAlert,
)
from maritime_app.infra.cache.two_level import Filled
from maritime_app.resources import Resources

ALERTS_TAG: Final = "ferries:feed-alerts"
# What is told without an end stands until its publisher takes it back: of one that has fallen
# silent for so long nobody knows whether it has.
_OPEN_ENDED_HOLD: Final = timedelta(hours=2)
# What is told until a moment holds until then, but not for ever by one answer.
_ENDING_HOLD: Final = timedelta(hours=24)
_CACHE_SECONDS: Final = 30
_MOST_OF_A_BOAT: Final = 5
_MOST_OF_A_PORT: Final = 20
_BY_SEVERITY: Final = {Severity.SEVERE: 0, Severity.WARNING: 1}
_decode = msgspec.json.Decoder(dict[str, AlertsSaid]).decode

Told = Mapping[str, AlertsSaid]


async def followed(res: Resources) -> dict[str, FollowedAlerts]:
    """Return the feeds whose alerts are read, by name, and how that goes."""
    async with res.db.acquire() as conn:
        return {one.feed: one for one in await store.followed(conn)}


async def told(res: Resources) -> Told:
    """Return what publishers tell now, by feed; at most half a minute old."""

    async def fill() -> Filled:
        async with res.reads.acquire([ALERTS_TAG]) as conn:
            found = await store.said(conn, clock.now() - _ENDING_HOLD)
        said = {
            one.feed: {
                "publisher": one.publisher,
                "said_at": one.said_at,
                "read_at": one.read_at,
                "alerts": msgspec.Raw(one.alerts),
            }
            for one in found
        }
        return Filled(msgspec.json.encode(said), [ALERTS_TAG], _CACHE_SECONDS)

    return _decode((await res.cache.get(ALERTS_TAG, [ALERTS_TAG], fill)).body)


def with_alerts(
    told: Told, listing: Listing, departs_at: datetime, arrives_at: datetime
) -> Listing:
    """Return the listing with what its publisher tells those who travel with it then."""
    said = told.get(listing.feed)
    if said is None or listing.moved_weeks:
        return listing
    found = (
        alert
        for alert in said.alerts
        if any(_concerns(concern, listing) for concern in alert.concerns)
    )
    alerts = _shown(listing.feed, said, found, departs_at, arrives_at)[:_MOST_OF_A_BOAT]
    return msgspec.structs.replace(listing, alerts=tuple(alerts)) if alerts else listing


def at_port(
    told: Told, port: str, first_at: datetime, end_at: datetime, *, arrivals: bool
) -> tuple[Alert, ...]:
    """Return what is told of a port, the lines that serve it, or all boats of a feed that does, and
    holds between the two instants; the worst first. What is told of one direction of a line stands
    where its boats leave (or arrive).
    """
    found = [
        alert
        for feed, said in told.items()
        for alert in _shown(
            feed,
            said,
            (each for each in said.alerts if port in _ports(each, arrivals=arrivals)),
            first_at,
            end_at,
        )
    ]
    return tuple(sorted(found, key=_rank)[:_MOST_OF_A_PORT])


def _concerns(concern: Concern, listing: Listing) -> bool:
    return (
        concern.trip in (None, listing.trip)
        and concern.day in (None, listing.service_day)
        # Where a timetable does not say which way a boat goes, what is told of one stands at both.
        and (listing.direction is None or concern.direction in (None, listing.direction))
        and concern.start in (None, listing.run_start)
        and (concern.lines is None or listing.line_id in concern.lines)
        and (
            concern.stops is None
            or listing.stop_id in concern.stops
            or listing.arrival_stop_id in concern.stops
        )
    )


def _ports(alert: KeptAlert, *, arrivals: bool) -> tuple[str, ...]:
    of_arrivals = alert.ports if alert.arrival_ports is None else alert.arrival_ports
    return of_arrivals if arrivals else alert.ports


def _shown(
    feed: str, said: AlertsSaid, alerts: Iterable[KeptAlert], first_at: datetime, end_at: datetime
) -> Sequence[Alert]:
    found = [_alert(feed, said, each) for each in alerts if _holds(said, each, first_at, end_at)]
    return sorted(found, key=_rank)


def _holds(said: AlertsSaid, alert: KeptAlert, first_at: datetime, end_at: datetime) -> bool:
    """Return whether it holds at some moment between the two, and is not over now."""
    now = clock.now()
    silent = now - said.read_at
    if not alert.periods:
        return silent <= _OPEN_ENDED_HOLD
    return any(
        silent <= (_ENDING_HOLD if period.until else _OPEN_ENDED_HOLD)
        and (period.from_at is None or period.from_at <= end_at)
        and (period.until is None or period.until > max(now, first_at))
        for period in alert.periods
    )


def _rank(alert: Alert) -> tuple[int, str, str]:
    return _BY_SEVERITY.get(alert.severity, len(_BY_SEVERITY)), alert.feed, alert.id


def _end(periods: Sequence[Period]) -> datetime | None:
    ends = [each.until for each in periods]
    return None if None in ends else max((end for end in ends if end), default=None)


def _alert(feed: str, said: AlertsSaid, kept: KeptAlert) -> Alert:
    return Alert(
        id=kept.id,
        feed=feed,
        publisher=said.publisher,
        effect=kept.effect,
        cause=kept.cause,
        severity=kept.severity,
        header=kept.header,
        description=kept.description,
        url=kept.url,
        periods=kept.periods,
        until=_end(kept.periods),
        said_at=said.said_at,
        read_at=said.read_at,
    )
