"""From a frame to the fleet, with every frame accounted for, and the feed's health on the way."""

import re
from collections import Counter
from collections.abc import Callable

from maritime_app import clock
from maritime_app.infra.metrics import tally
from maritime_app.vessels.ais.decode import confirmation_or_error, decode
from maritime_app.vessels.feed import aisstream
from maritime_app.vessels.feed.fleet import STORED, Fleet
from maritime_app.vessels.model import FeedHealth, FeedState, LeftOut, Report

_NOT_IN_NAMES = re.compile(r"\W+")
_NO_SIGN_OF_LIFE = frozenset({LeftOut.CONFIRMATION, LeftOut.FEED_ERROR})


class Intake:
    """Counts what becomes of every frame and knows whether the feed lives."""

    def __init__(
        self, fleet: Fleet, source: str, silent_after_seconds: float, *, sandbox: bool
    ) -> None:
        self.fleet = fleet
        self.outcomes: Counter[str] = Counter()
        self.state = FeedState.CONNECTING
        self.reason = ""
        self.last_frame_ms: int | None = None
        self.on_live: Callable[[], None] = _nothing
        self._source = source
        self._sandbox = sandbox
        self._silent_ms = int(silent_after_seconds * 1000)
        self._since_ms = self._opened_ms = clock.epoch_ms()

    def take(self, frame: bytes) -> None:
        """One frame in. Raises gateway.Ended when the server says that something is wrong."""
        now_ms = clock.epoch_ms()
        report = decode(frame, now_ms)
        if type(report) is Report:
            outcome = self.fleet.apply(report, now_ms)
        else:
            assert isinstance(report, LeftOut)
            outcome = report
            if outcome in _NO_SIGN_OF_LIFE:
                self._hear(outcome, frame)
                return
        self.outcomes[outcome] += 1
        self.last_frame_ms = now_ms
        if self.state is not FeedState.LIVE:
            self.turn(FeedState.LIVE, "")

    def opened(self) -> None:
        """The subscription has been sent: what is measured from now on is silence."""
        self._opened_ms = clock.epoch_ms()
        if self.state is not FeedState.SILENT:
            self.turn(FeedState.CONNECTING, "subscribed, waiting for the first message")

    def quiet(self) -> bool:
        """Whether nothing has arrived for too long on this connection; the state then says so."""
        heard_ms = max(self.last_frame_ms or 0, self._opened_ms)
        if clock.epoch_ms() - heard_ms < self._silent_ms:
            return False
        self.turn(FeedState.SILENT, "connected, but no messages arrive")
        return True

    def turn(self, state: FeedState, reason: str) -> None:
        """Note a new state and since when."""
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason, self._since_ms = state, reason, clock.epoch_ms()
            if state is FeedState.LIVE:
                self.on_live()

    def health(self, epoch: int) -> FeedHealth:
        """Everything known about the feed now."""
        stored = self.outcomes[STORED]
        left_out = {str(name): count for name, count in self.outcomes.items() if name != STORED}
        tally["ais_frames_stored"] = stored
        for name, count in left_out.items():
            tally["ais_frames_left_out_" + _NOT_IN_NAMES.sub("_", name)] = count
        return FeedHealth(
            state=self.state,
            reason=self.reason,
            source=self._source,
            since_ms=self._since_ms,
            last_frame_ms=self.last_frame_ms,
            frames=sum(self.outcomes.values()),
            stored=stored,
            left_out=left_out,
            ships=len(self.fleet.ships),
            epoch=epoch,
            sandbox=self._sandbox,
        )

    def _hear(self, outcome: LeftOut, frame: bytes) -> None:
        self.outcomes[outcome] += 1
        if outcome is LeftOut.FEED_ERROR:
            raise aisstream.server_error(confirmation_or_error(frame) or "")


def _nothing() -> None:
    return
