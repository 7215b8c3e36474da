"""When each source was silent, and where others were heard meanwhile. Pure; epoch milliseconds."""

from collections import deque
from typing import Final

from maritime_app.vessels.model import FeedState, Source

_HOUR_MS: Final = 3_600_000
_HOURS_KEPT: Final = 72
_MOST_TURNS: Final = 500


class Silence:
    """What a gap of a ship must be measured against; mutable.

    Before `started_ms` nobody listened: a restart makes no gap.
    """

    def __init__(self, started_ms: int) -> None:
        self._started_ms = started_ms
        self._turns: dict[Source, deque[tuple[int, bool]]] = {}
        self._hours: dict[int, int] = {}  # cell of a degree -> bits of the hours with a report
        self._first_hour = started_ms // _HOUR_MS

    def turned(self, source: Source, state: FeedState, at_ms: int) -> None:
        """Note that a source lives, or has ceased to."""
        turns = self._turns.setdefault(source, deque(maxlen=_MOST_TURNS))
        turns.append((at_ms, state is FeedState.LIVE))

    def heard(self, lat: float, lon: float, at_ms: int) -> None:
        """Note that some ship was heard there."""
        hour = at_ms // _HOUR_MS - self._first_hour
        if hour >= 0:
            cell = _cell(lat, lon)
            bits = self._hours.get(cell, 0)
            if not bits >> hour & 1:  # an hour has thousands of reports
                self._hours[cell] = bits | 1 << hour

    def listened_ms(self, source: Source, from_ms: int, until_ms: int) -> int:
        """Return for how long of that time the source was alive."""
        listened, since_ms, is_live = 0, self._started_ms, False
        for at_ms, now_live in (*self._turns.get(source, ()), (until_ms, False)):
            if is_live:
                listened += max(0, min(at_ms, until_ms) - max(since_ms, from_ms))
            since_ms, is_live = at_ms, now_live
        return listened

    def heard_share(self, lat: float, lon: float, from_ms: int, until_ms: int) -> float:
        """Return the share of the hours between in which anybody was heard there.

        The hours of both ends do not count: the ship itself was heard in them.
        """
        first = from_ms // _HOUR_MS - self._first_hour + 1
        last = until_ms // _HOUR_MS - self._first_hour
        if last <= first:
            return 0.0
        bits = self._hours.get(_cell(lat, lon), 0) >> max(0, first)
        within = bits & ((1 << (last - max(0, first))) - 1) if last > max(0, first) else 0
        return within.bit_count() / (last - first)

    def forget(self, now_ms: int) -> None:
        """Forget hours older than three days."""
        passed = now_ms // _HOUR_MS - _HOURS_KEPT - self._first_hour
        if passed > 0:
            self._first_hour += passed
            shifted = {cell: bits >> passed for cell, bits in self._hours.items()}
            self._hours = {cell: bits for cell, bits in shifted.items() if bits}


def _cell(lat: float, lon: float) -> int:
    return int(lat + 90.0) * 360 + int(lon + 180.0) % 360
