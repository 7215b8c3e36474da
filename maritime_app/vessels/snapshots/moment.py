"""A bounded look at AISStream, for when no consumer follows it.

AISStream counts connections per account and punishes the third: while a consumer follows the feed,
nobody else connects.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from maritime_app import clock
from maritime_app.settings.outside import AisStream
from maritime_app.vessels.ais.decode import decode, error_text
from maritime_app.vessels.feed import aisstream
from maritime_app.vessels.model import Rejection, Report

_SECONDS: Final = 8.0
_MAX_REPORTS: Final = 5_000


class _Gatherer:
    """Takes the frames of a connection until there are enough."""

    def __init__(self, enough: asyncio.Event) -> None:
        self.reports: list[Report] = []
        self._enough = enough

    def take_all(self, frames: Sequence[bytes]) -> None:
        """Note the reports; raise aisstream.Ended when the server refuses us."""
        now_ms = clock.epoch_ms()
        for frame in frames:
            decoded = decode(frame, now_ms)
            if type(decoded) is Report:
                self.reports.append(decoded)
            elif decoded is Rejection.FEED_ERROR:
                raise aisstream.server_error(error_text(frame) or "")
        if len(self.reports) >= _MAX_REPORTS:
            self._enough.set()

    def opened(self) -> None:
        """Do nothing: the time that counts is the caller's."""

    def closed(self) -> None:
        """Do nothing: whoever looks gets what came until then."""

    def is_silent(self) -> bool:
        """Return False: the look is short anyway."""
        return False


async def sample(config: AisStream) -> list[Report]:
    """Return what comes within eight seconds, at most 5,000 reports; raise aisstream.Ended."""
    enough = asyncio.Event()
    gatherer = _Gatherer(enough)
    following = asyncio.create_task(aisstream.follow(config, gatherer, enough))
    await asyncio.wait([following], timeout=_SECONDS)
    enough.set()
    await following
    return gatherer.reports
