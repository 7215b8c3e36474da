"""All sources of one consumer: one fleet that they feed, an intake each, the health of all."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels.feed.announcer import Announcer
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.intake import Intake
from maritime_app.vessels.model import FeedHealth, FeedState, Source

# Web processes show a ship for 6 hours; the consumer keeps it for a day, so that its particulars
# are there when it is heard again.
_EXPIRE_AFTER_MS: Final = 24 * 3_600_000
SIMULATED_MS: Final = 120_000
_NOT_IN_NAMES = re.compile(r"\W+")


class MergedFeed:
    """One fleet, whoever reports: the newest report of the best source wins (see Fleet)."""

    def __init__(self, silent_after_seconds: float) -> None:
        self.fleet = Fleet()
        self.announcer = Announcer()
        self.played = Announcer()  # of what is recorded: it is shown, and nothing else
        self.intakes: dict[str, Intake] = {}
        self._silent_after_seconds = silent_after_seconds

    def intake(self, name: str, source: Source) -> Intake:
        """Return the intake of a source, made when it is new."""
        intake = self.intakes.get(name)
        if intake is None:
            intake = self.intakes[name] = Intake(
                self.fleet, self._announcer(source), name, source, self._silent_after_seconds
            )
        return intake

    def expire(self, now_ms: int) -> None:
        """Drop ships that were not heard for a day, simulated ones after two minutes."""
        self.fleet.integrity.expire(now_ms)
        for event in self.fleet.expire(now_ms - _EXPIRE_AFTER_MS, now_ms - SIMULATED_MS):
            self._announcer(event.ship.source).announce(event)

    def _announcer(self, source: Source) -> Announcer:
        return self.played if source is Source.RECORDED else self.announcer

    def health(self, epoch: int) -> FeedHealth:
        """Return the feed's health, which is that of its best source; bring metrics up to date."""
        sources = [intake.health() for intake in self.intakes.values()]
        if not sources:
            return FeedHealth(reason="no source is configured", epoch=epoch)
        best = min(sources, key=lambda one: (one.state is not FeedState.LIVE, one.source))
        rejected: Counter[str] = Counter()
        for source in sources:
            rejected.update(source.rejected)
        stored = sum(source.stored for source in sources)
        _count(stored, rejected)
        return FeedHealth(
            state=best.state,
            reason=best.reason,
            source=best.name,
            since_ms=best.since_ms,
            last_frame_ms=_newest(source.last_frame_ms for source in sources),
            last_position_ms=_newest(source.last_position_ms for source in sources),
            frames=sum(source.frames for source in sources),
            stored=stored,
            rejected=dict(rejected),
            ships=len(self.fleet.ships),
            epoch=epoch,
            sandbox=any(source.source is Source.SANDBOX for source in sources),
            sources=sources,
            interference=self.fleet.integrity.areas(),
        )


def _newest(times: Iterable[int | None]) -> int | None:
    return max((at_ms for at_ms in times if at_ms is not None), default=None)


def _count(stored: int, rejected: Counter[str]) -> None:
    tally["ais_frames_stored"] = stored
    for name, count in rejected.items():
        tally["ais_frames_left_out_" + _NOT_IN_NAMES.sub("_", name)] = count
