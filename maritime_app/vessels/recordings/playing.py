"""A recording as if it came now: the pauses of the file, its ships labelled as recorded.

It is never live, takes no ship's place that is heard now, and makes no event: see FeedState and
Flag.RECORDED.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final, NamedTuple

from msgspec.structs import replace

from maritime_app import clock
from maritime_app.infra.processes.waiting import until
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.intake import Intake
from maritime_app.vessels.model import FeedState, Rejection, Report, Source
from maritime_app.vessels.recordings import reading
from maritime_app.vessels.recordings.request import Recording, recording_of

_LINES_AT_ONCE: Final = 200
_LONGEST_WAIT_SECONDS: Final = 1.0
# Silence in a file that lasts longer is not waited for: a recording of weeks has nights in it.
_LONGEST_GAP_MS: Final = 600_000


class Pace(NamedTuple):
    """When the recording's time `recorded_ms` is played, by this process's clock."""

    recorded_ms: int
    played_ms: int
    speed: float

    def due_ms(self, recorded_ms: int) -> int:
        """Return when a report of that time is to be played."""
        return self.played_ms + round((recorded_ms - self.recorded_ms) / self.speed)

    def without_gap(self, recorded_ms: int, now_ms: int) -> "Pace":
        """Return the pace for a report of that time: from now on where the file was silent."""
        if self.due_ms(recorded_ms) - now_ms > _LONGEST_GAP_MS / self.speed:
            return Pace(recorded_ms, now_ms, self.speed)
        return self


async def follow(text: str, intake: Intake, fleet: Fleet, over: asyncio.Event) -> None:
    """Play a recording once, from its beginning, until its end or `over`; then wait for `over`.

    A file that cannot be read is a state of the source.
    """
    try:
        recording = recording_of(text)
        end = await _play(recording, intake, fleet, over)
    except (OSError, EOFError, ValueError) as error:
        intake.turn(FeedState.REFUSED, f"the recording cannot be read ({type(error).__name__})")
    else:
        if not over.is_set():
            intake.turn(FeedState.OFF, end)
    await over.wait()


async def _play(recording: Recording, intake: Intake, fleet: Fleet, over: asyncio.Event) -> str:
    """Play until its end or `over`; return what there is to say at the end."""
    lines = reading.reports(recording.path)
    pace: Pace | None = None
    while not over.is_set():
        portion = await asyncio.to_thread(_next, lines)
        if not portion:
            return "the recording is over" if pace else "the recording has no positions with a time"
        for said in portion:
            if isinstance(said, Rejection):
                intake.take_decoded(said, clock.epoch_ms())
                continue
            if pace is None:
                pace = Pace(said.at_ms, clock.epoch_ms(), recording.speed)
                intake.alive = (FeedState.RECORDED, _label(said.at_ms, recording))
            pace = pace.without_gap(said.at_ms, clock.epoch_ms())
            await _wait_for(pace.due_ms(said.at_ms), over)
            if over.is_set():
                break
            _take(said, intake, fleet)
        await asyncio.sleep(0)
    return ""


def _next(lines: Iterator[Report | Rejection]) -> list[Report | Rejection]:
    return list(islice(lines, _LINES_AT_ONCE))


async def _wait_for(due_ms: int, over: asyncio.Event) -> None:
    while not over.is_set() and (left_ms := due_ms - clock.epoch_ms()) > 0:
        await until(over, min(left_ms / 1000, _LONGEST_WAIT_SECONDS))


def _take(recorded: Report, intake: Intake, fleet: Fleet) -> None:
    """Take a report in as of now, unless its ship is heard from another source."""
    now_ms = clock.epoch_ms()
    ship = fleet.ships.get(recorded.mmsi)
    if ship is not None and ship.motion is not None and ship.source is not Source.RECORDED:
        intake.take_decoded(Rejection.OUTRUN, now_ms)
        return
    flags = recorded.flags & ~Flag.BAD_CLOCK | Flag.RECORDED
    intake.take_report(replace(recorded, at_ms=now_ms, flags=flags), now_ms)


def _label(began_ms: int, recording: Recording) -> str:
    began = datetime.fromtimestamp(began_ms / 1000, UTC)
    speed = "" if recording.speed == 1 else f", played at {recording.speed:g} times its speed"
    return f"a recording that begins {began:%Y-%m-%d %H:%M} UTC{speed}"
