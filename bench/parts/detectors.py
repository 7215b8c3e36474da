"""What the feed's subscribers cost per report, each beside the fleet alone, in one process.

No socket and no database: reports are decoded before, what the recorders would write stays.
"""

import gc
import time
from collections.abc import Callable, Sequence
from typing import cast

from bench.ais_feeder import FIRST_MMSI, MMSI_STEP, Waters
from bench.report import Report, Series
from bench.stage import Stage
from maritime_app import clock
from maritime_app.ids import uuid7
from maritime_app.infra.db import Database
from maritime_app.vessels.ais.decode import decode
from maritime_app.vessels.encounters.recorder import EncounterRecorder
from maritime_app.vessels.events.model import ShipEventKind
from maritime_app.vessels.feed.announcer import Announcer
from maritime_app.vessels.feed.events import FeedEvent, Subscriber
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.gaps.recorder import GapRecorder
from maritime_app.vessels.model import Report as ShipReport
from maritime_app.vessels.port_calls.harbours import Harbours
from maritime_app.vessels.port_calls.recorder import PortCallRecorder
from maritime_app.vessels.ship_alerts.model import Circle, Watch
from maritime_app.vessels.ship_alerts.recorder import AlertRecorder

_ROUNDS = 5
_WATCHES = 1_000
_FOLLOWED = 500
_CROWDED = 100
_WANTED_PER_SECOND = 60_000
_REPORTS_OF_A_READ = 450  # that one read of a busy socket completes
_NOWHERE = cast(Database, None)  # nothing is written here


class Nobody:
    """What a subscriber costs that looks at nothing."""

    def handle(self, event: FeedEvent) -> None:
        """Leave it."""


def _watching(count: int) -> Subscriber:
    """Circles of 10 km, spread over the sea that the ships are in."""
    recorder = AlertRecorder(_NOWHERE)
    recorder.watch([_area(number, 10_000.0, dwell_minutes=60) for number in range(count)])
    return recorder


def _area(
    number: int,
    radius_m: float,
    *,
    dwell_minutes: int | None = None,
    events: tuple[str, ...] = (),
) -> Watch:
    circle = Circle((number * 7.31) % 120 - 55, (number * 3.77) % 360 - 180, radius_m)
    crosses = dwell_minutes is not None
    return Watch(
        uuid7(),
        circle,
        None,
        (),
        on_enter=crosses,
        on_leave=crosses,
        dwell_minutes=dwell_minutes,
        events=events,
    )


def _closing(count: int) -> Subscriber:
    """So many of the ships are to be told of when others come close."""
    recorder = AlertRecorder(_NOWHERE)
    close = (ShipEventKind.CLOSE.value,)
    numbers = range(FIRST_MMSI, FIRST_MMSI + count * MMSI_STEP, MMSI_STEP)
    recorder.watch(
        [
            Watch(
                uuid7(),
                None,
                mmsi,
                (),
                on_enter=False,
                on_leave=False,
                dwell_minutes=None,
                events=close,
            )
            for mmsi in numbers
        ]
    )
    recorder.closings.know(Harbours(()))
    return recorder


def _closing_in_areas(count: int) -> Subscriber:
    """In so many areas, spread over the sea, ships are not to come close to one another."""
    recorder = AlertRecorder(_NOWHERE)
    close = (ShipEventKind.CLOSE.value,)
    recorder.watch([_area(number, 50_000.0, events=close) for number in range(count)])
    recorder.closings.know(Harbours(()))
    return recorder


def _meeting() -> Subscriber:
    """Half of the ships lie still, and none of them in a harbour: the most that there is to do."""
    recorder = EncounterRecorder(_NOWHERE)
    recorder.know(Harbours(()))
    return recorder


_SUBSCRIBERS: dict[str, Callable[[], Sequence[object]]] = {
    "the fleet alone": list,
    "and a subscriber that looks at nothing": lambda: [Nobody()],
    "and port calls": lambda: [PortCallRecorder(_NOWHERE)],
    "and gaps": lambda: [GapRecorder(_NOWHERE, clock.epoch_ms())],
    "and ship alerts, nobody asked": lambda: [_watching(0)],
    f"and ship alerts, {_WATCHES:,} areas": lambda: [_watching(_WATCHES)],
    f"and ship alerts, {_FOLLOWED:,} ships that others may come close to": lambda: [
        _closing(_FOLLOWED)
    ],
    f"and ship alerts, {_CROWDED} areas of ships that come close": lambda: [
        _closing_in_areas(_CROWDED)
    ],
    "and encounters": lambda: [_meeting()],
    "and all of them": lambda: [
        _meeting(),
        PortCallRecorder(_NOWHERE),
        GapRecorder(_NOWHERE, clock.epoch_ms()),
        _watching(_WATCHES),
    ],
}


async def measure(here: Stage) -> Report:
    """Every set of subscribers in turn, in each round in another order."""
    del here
    report = Report("detectors", "fleet, events and detectors from memory; CPU time of one core")
    now_ms = clock.epoch_ms()
    decoded = [decode(body, now_ms) for body in Waters().messages()]
    reports = [each for each in decoded if isinstance(each, ShipReport)]
    series = {name: Series(name, "reports/s") for name in _SUBSCRIBERS}
    for number in range(_ROUNDS):
        names = list(_SUBSCRIBERS)
        for name in names if number % 2 == 0 else reversed(names):
            series[name].values.append(_one(reports, _SUBSCRIBERS[name]()))
    report.figures += series.values()
    alone = series["the fleet alone"]
    for name, each in series.items():
        if each is not alone:
            report.ratio(f"{name}, to the fleet alone", each, alone)
    report.at_least(series["and all of them"], _WANTED_PER_SECOND)
    return report


def _one(reports: Sequence[ShipReport], subscribers: Sequence[object]) -> float:
    fleet, announcer = Fleet(), Announcer()
    for subscriber in subscribers:
        announcer.subscribe(cast(Subscriber, subscriber))
    gc.collect()
    began = time.process_time()
    for start in range(0, len(reports), _REPORTS_OF_A_READ):
        with announcer.gathering():
            for report in reports[start : start + _REPORTS_OF_A_READ]:
                for event in fleet.apply(report):
                    announcer.announce(event)
    return len(reports) / (time.process_time() - began)
