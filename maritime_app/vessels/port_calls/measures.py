"""What port calls say about a port: medians with their sample, null below the minimum. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median
from typing import Final

from msgspec import Struct

from maritime_app.vessels.port_calls.model import CallTimes, PortCallState

FEWEST: Final = 10
_SECONDS_PER_HOUR: Final = 3600


class Median(Struct, frozen=True):
    """A median in hours over `sample` calls; null below ten."""

    hours: float | None
    sample: int


class PortMeasures(Struct, frozen=True):
    """Our own measurements of a port since a time, out of completed calls.

    `time_in_port` is from entering to leaving, `berth` at the quay, `waiting` at anchor before the
    first berth, all of ships that berthed and were heard when they left. `in_port` and `anchored`
    count now. Only ships that send AIS and are received are counted. `invented`: out of ships that
    exist nowhere. `coverage` is the share of the `ended` calls that was heard from the arrival over
    the berth to the departure, null below ten: the rest passed a gap, or never berthed.
    """

    since: datetime
    as_of: datetime
    arrivals: int
    in_port: int
    anchored: int
    time_in_port: Median
    berth: Median
    waiting: Median
    invented: bool
    ended: int = 0
    coverage: float | None = None


def measures(
    calls: Sequence[CallTimes], since: datetime, as_of: datetime, *, invented: bool
) -> PortMeasures:
    """Return what these calls of one port say."""
    whole = [
        call
        for call in calls
        if call.left_at is not None and call.moored_at is not None and not call.left_unseen
    ]
    ended = sum(call.left_at is not None for call in calls)
    present = [call for call in calls if call.state is not PortCallState.LEFT]
    return PortMeasures(
        since=since,
        as_of=as_of,
        arrivals=sum(call.entered_at >= since for call in calls),
        in_port=len(present),
        anchored=sum(call.state is PortCallState.ANCHORED for call in present),
        time_in_port=_median(
            (call.left_at - call.entered_at).total_seconds() for call in whole if call.left_at
        ),
        berth=_median(call.berth_seconds for call in whole),
        waiting=_median(call.waiting_seconds or 0 for call in whole),
        invented=invented,
        ended=ended,
        coverage=round(len(whole) / ended, 3) if ended >= FEWEST else None,
    )


def _median(seconds: Iterable[float]) -> Median:
    values = list(seconds)
    hours = round(median(values) / _SECONDS_PER_HOUR, 2) if len(values) >= FEWEST else None
    return Median(hours, len(values))
