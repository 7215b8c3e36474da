"""A frame to the fleet, every frame accounted for, and what it changed to the subscribers."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from maritime_app import clock
from maritime_app.infra import log
from maritime_app.infra.metrics import tally
from maritime_app.vessels.ais.decode import decode, error_text
from maritime_app.vessels.feed import aisstream
from maritime_app.vessels.feed.events import (
    FeedEvent,
    FeedStateChanged,
    ReportRejected,
    Subscriber,
)
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.model import FeedHealth, FeedState, Rejection, Report

logger = log.get(__name__)
STORED: Final = "stored"
# Web processes drop a ship after 6 hours; the consumer keeps it for a day, so that its particulars
# are there when it is heard again.
_EXPIRE_AFTER_MS = 24 * 3_600_000
_NOT_IN_NAMES = re.compile(r"\W+")
# A server that only says hello or refuses us is not alive.
_NO_SIGN_OF_LIFE = frozenset({Rejection.CONFIRMATION, Rejection.FEED_ERROR})


class Intake:
    """Counts what becomes of every frame, knows whether the feed lives, and announces events."""

    def __init__(
        self, fleet: Fleet, source: str, silent_after_seconds: float, *, sandbox: bool
    ) -> None:
        self.fleet = fleet
        self.outcomes: Counter[str] = Counter()
        self.state = FeedState.CONNECTING
        self.reason = ""
        self.last_frame_ms: int | None = None
        self._source = source
        self._sandbox = sandbox
        self._silent_ms = int(silent_after_seconds * 1000)
        self._since_ms = self._opened_ms = clock.epoch_ms()
        self._handlers: list[Callable[[FeedEvent], None]] = []
        self._failures: Counter[str] = Counter()

    def subscribe(self, subscriber: Subscriber) -> None:
        """Hand every later event to this subscriber, in order of subscription."""
        self._handlers.append(subscriber.handle)

    def take(self, frame: bytes) -> None:
        """Take one frame in. Raise aisstream.Ended when the server says that something is wrong."""
        now_ms = clock.epoch_ms()
        decoded = decode(frame, now_ms)
        if type(decoded) is Report:
            events = self.fleet.apply(decoded)
            outcome: str = STORED
            for event in events:
                if type(event) is ReportRejected:
                    outcome = event.reason
                self._announce(event)
        else:
            assert isinstance(decoded, Rejection)
            outcome = decoded
            if outcome in _NO_SIGN_OF_LIFE:
                self._take_control_frame(decoded, frame)
                return
        self.outcomes[outcome] += 1
        self.last_frame_ms = now_ms
        if self.state is not FeedState.LIVE:
            self.turn(FeedState.LIVE, "")

    def opened(self) -> None:
        """Note that the subscription has been sent: what is measured from now on is silence."""
        self._opened_ms = clock.epoch_ms()
        if self.state is not FeedState.SILENT:
            self.turn(FeedState.CONNECTING, "subscribed, waiting for the first message")

    def was_live(self) -> bool:
        """Whether a frame has arrived since the connection was opened."""
        return self.last_frame_ms is not None and self.last_frame_ms >= self._opened_ms

    def is_silent(self) -> bool:
        """Whether nothing has arrived for too long on this connection; turns the state if so."""
        heard_ms = max(self.last_frame_ms or 0, self._opened_ms)
        if clock.epoch_ms() - heard_ms < self._silent_ms:
            return False
        self.turn(FeedState.SILENT, "connected, but no messages arrive")
        return True

    def turn(self, state: FeedState, reason: str) -> None:
        """Note a new state of the feed and since when, and announce it."""
        if (state, reason) == (self.state, self.reason):
            return
        self.state, self.reason, self._since_ms = state, reason, clock.epoch_ms()
        self._announce(FeedStateChanged(state, reason, self._since_ms))

    def expire(self, now_ms: int) -> None:
        """Drop ships that were not heard for a day, and announce them."""
        for event in self.fleet.expire(now_ms - _EXPIRE_AFTER_MS):
            self._announce(event)

    def health(self, epoch: int) -> FeedHealth:
        """Return everything known about the feed now, and bring the metrics up to date."""
        stored = self.outcomes[STORED]
        rejected = {str(name): count for name, count in self.outcomes.items() if name != STORED}
        tally["ais_frames_stored"] = stored
        for name, count in rejected.items():
            tally["ais_frames_left_out_" + _NOT_IN_NAMES.sub("_", name)] = count
        return FeedHealth(
            state=self.state,
            reason=self.reason,
            source=self._source,
            since_ms=self._since_ms,
            last_frame_ms=self.last_frame_ms,
            frames=sum(self.outcomes.values()),
            stored=stored,
            rejected=rejected,
            ships=len(self.fleet.ships),
            epoch=epoch,
            sandbox=self._sandbox,
        )

    def _announce(self, event: FeedEvent) -> None:
        for handle in self._handlers:
            try:
                handle(event)
            except Exception as error:  # noqa: BLE001 - one detector's fault must not end the feed
                self._note_failure(handle, error)

    def _note_failure(self, handle: Callable[[FeedEvent], None], error: Exception) -> None:
        """Count a subscriber's failure; log the first of each kind, not tens of thousands."""
        tally["feed_subscriber_failures"] += 1
        name = f"{handle.__qualname__}: {type(error).__name__}"
        self._failures[name] += 1
        if self._failures[name] == 1:
            logger.error("feed_subscriber_failed", subscriber=name, exc_info=error)

    def _take_control_frame(self, outcome: Rejection, frame: bytes) -> None:
        self.outcomes[outcome] += 1
        if outcome is Rejection.FEED_ERROR:
            raise aisstream.server_error(error_text(frame) or "")
