"""The one alert of ships in a test's database, and a feed with every detector behind it."""

from typing import Any
from uuid import UUID

from maritime_app import signed_links
from maritime_app.geo import destination
from maritime_app.ids import uuid7
from maritime_app.vessels.codes.ship_types import NavigationStatus
from maritime_app.vessels.encounters.model import FROM_HARBOUR_M
from maritime_app.vessels.encounters.recorder import EncounterRecorder
from maritime_app.vessels.events.model import ShipEventKind
from maritime_app.vessels.feed.events import FeedStateChanged, Subscriber
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.gaps.recorder import GapRecorder
from maritime_app.vessels.model import FeedState, Motion, Report, Source, StationKind
from maritime_app.vessels.port_calls.harbours import Harbours
from maritime_app.vessels.port_calls.model import Harbour
from maritime_app.vessels.port_calls.recorder import PortCallRecorder
from maritime_app.vessels.ship_alerts import mails
from maritime_app.vessels.ship_alerts.model import Watch
from maritime_app.vessels.ship_alerts.recorder import AlertRecorder
from tests.vessels.frames import AURORA, NEREID, NOON_MS

MINUTE = 60_000
KIEL = Harbour(UUID(int=1), "DEKEL", 54.5, 10.2)
MOORED = NavigationStatus.MOORED


async def address_of_alert(resources):
    """Return the address of its page, as its mails have it."""
    async with resources.db.acquire() as conn:
        alert_id = await conn.fetchval("select id from ship_alert")
    return f"/vessels/alerts/{signed_links.token(resources.settings, mails.PURPOSE, alert_id)}"


def a_watch(*events: ShipEventKind, **more) -> Watch:
    """An alert of one ship anywhere, if nothing else is said."""
    fields: dict[str, Any] = {"area": None, "mmsi": AURORA, "types": (), "dwell_minutes": None}
    fields |= {"on_enter": False, "on_leave": False, "events": tuple(map(str, events))}
    return Watch(uuid7(), **fields | more)


class Feed:
    """A feed that has been alive since noon with every recorder, without a database behind it."""

    def __init__(self, *watches: Watch, db=None) -> None:
        self.fleet, self.alerts = Fleet(), AlertRecorder(db, NOON_MS)
        self.calls = PortCallRecorder(db, self.alerts.happened)
        self.calls.know(Harbours([KIEL]))
        self.gaps = GapRecorder(db, NOON_MS, self.alerts.happened, self.fleet.ships)
        encounters = EncounterRecorder(db, self.alerts.happened)
        encounters.know(Harbours([KIEL], FROM_HARBOUR_M))
        self.recorders: list[Subscriber] = [self.calls, self.gaps, self.alerts, encounters]
        self.alerts.closings.know(Harbours([KIEL]))
        self.alerts.watch(list(watches))
        self.turn(FeedState.LIVE, 0)

    def turn(self, state: FeedState, minute: float) -> None:
        self._say(FeedStateChanged(Source.AISSTREAM, state, "", NOON_MS + round(minute * MINUTE)))

    def hear(self, minute, north_m=0.0, *, mmsi=AURORA, knots=0.0, course=0.0, **more):
        """A ship so many metres north of the place, which is Kiel's harbour."""
        lat, lon, east_m = more.get("lat", KIEL.lat), more.get("lon", KIEL.lon), more.get("east_m")
        here = destination(lat, lon, 0.0, north_m)
        if east_m:
            here = destination(here.lat, here.lon, 90.0, east_m)
        motion = Motion(here.lat, here.lon, knots, course, None, more.get("status", 0))
        at_ms = NOON_MS + round(minute * MINUTE)
        report = Report(mmsi, StationKind.CLASS_A, at_ms, motion, flags=more.get("flags", 0))
        for event in self.fleet.apply(report, Source.AISSTREAM):
            self._say(event)

    def call(self, start=0, **more):
        """In from the sea, at the quay after half an hour, out again."""
        for minute, metres, knots in ((0, 9_000, 12), (20, 2_000, 8), (30, 100, 0), (60, 100, 0)):
            status = 0 if knots else MOORED
            self.hear(start + minute, metres, knots=knots, status=status, **more)
        self.hear(start + 90, 4_600, knots=8, **more)

    def told(self):
        return [one.kind for one in self.alerts.waiting.events if not one.is_quiet]

    def noted(self):
        return [one.kind for one in self.alerts.waiting.events]

    def _say(self, event):
        for each in self.recorders:
            each.handle(event)


def approaching(feed, minutes, *, start_m=9_000.0, off_m=200.0, north_m=40_000.0):
    """The watched ship goes north at 10 knots, the other one south, abreast at so many metres."""
    for minute in minutes:
        way = minute * 10 * 1852 / 60
        feed.hear(minute, north_m + way, knots=10, course=0.0)
        where = north_m + start_m - way
        feed.hear(minute + 0.1, where, mmsi=NEREID, knots=10, course=180.0, east_m=off_m)
