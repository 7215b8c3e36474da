"""The newest week of a port against the eight before: robust z of three measures, and an index.

Pure. z = (x - median) / (1.4826 MAD): a single odd week moves neither.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from math import exp
from statistics import mean, median
from typing import Final

from maritime_app.vessels.port_calls.congestion.model import (
    WEEK,
    Component,
    CongestionComponent,
    PortCongestion,
    Week,
)
from maritime_app.vessels.port_calls.measures import FEWEST

_OF_A_DEVIATION: Final = 1.4826  # MAD of a normal distribution, in standard deviations
FEWEST_WEEKS: Final = 5
_FEWEST_Z: Final = 2
_UNITS: Final = {
    Component.WAITING: "hours",
    Component.QUEUE: "ships",
    Component.TIME_IN_PORT: "hours",
}
_VALUES: Final[dict[Component, Callable[[Week], float | None]]] = {
    Component.WAITING: lambda week: week.waiting if week.calls >= FEWEST else None,
    Component.QUEUE: lambda week: week.queue,
    Component.TIME_IN_PORT: lambda week: week.time_in_port if week.calls >= FEWEST else None,
}


def congestion(
    weeks: Sequence[Week],
    listened: Collection[datetime],
    queue_now: int | None,
    *,
    invented: bool,
) -> PortCongestion:
    """Return how busy the newest week was, the first of these; of the others those count whose end
    is among the `listened` ones.
    """
    newest = weeks[0]
    before = [each for each in weeks[1:] if each.ends_at in listened]
    is_listened = newest.ends_at in listened
    parts = tuple(_component(each, newest, before, is_listened) for each in Component)
    why = _why_missing(newest, parts, is_listened)
    found = [part.z for part in parts if part.z is not None]
    return PortCongestion(
        since=newest.ends_at - WEEK,
        until=newest.ends_at,
        index=None if why else round(100 * _sigmoid(mean(found)), 1),
        missing_reason=why,
        calls=newest.calls,
        coverage=round(newest.calls / newest.ended, 3) if newest.ended >= FEWEST else None,
        queue_now=queue_now,
        components=parts,
        invented=invented,
    )


def _component(
    measure: Component, newest: Week, before: Sequence[Week], is_listened: bool
) -> CongestionComponent:
    value = _VALUES[measure](newest) if is_listened else None
    known = [each for week in before if (each := _VALUES[measure](week)) is not None]
    enough = len(known) >= FEWEST_WEEKS
    usual = median(known) if enough else None
    mad = None if usual is None else median(abs(each - usual) for each in known)
    z = None
    if value is not None and usual is not None and mad:
        z = round((value - usual) / (_OF_A_DEVIATION * mad), 3)
    return CongestionComponent(
        measure=measure,
        unit=_UNITS[measure],
        value=value,
        usual=_rounded(usual),
        mad=_rounded(mad),
        z=z,
        weeks=len(known),
        missing_reason=_why_no_z(value, mad, is_listened),
    )


def _why_no_z(value: float | None, mad: float | None, is_listened: bool) -> str | None:
    if value is None:
        return "too_few_calls" if is_listened else "not_listened"
    if mad is None:
        return "history_too_short"
    return None if mad else "no_spread"


def _why_missing(
    newest: Week, parts: Sequence[CongestionComponent], is_listened: bool
) -> str | None:
    """Return why there is no index. A measure that never differed is left out, unless it does now:
    how unusual that is cannot be said, and without it the index would be too low.
    """
    if newest.calls < FEWEST:
        return "too_few_calls"
    if not is_listened:
        return "not_listened"
    if any(part.usual is None for part in parts):
        return "history_too_short"
    flat = [part for part in parts if part.z is None]
    differs = any(part.value != part.usual for part in flat)
    return "no_spread" if differs or len(parts) - len(flat) < _FEWEST_Z else None


def _sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
