"""What one source sends: frames to the fleet, every frame accounted for, and whether it lives."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from maritime_app import clock
from maritime_app.infra.telemetry import log
from maritime_app.vessels.ais.decode import decode, error_text
from maritime_app.vessels.ais.receipt import Decoded
from maritime_app.vessels.feed import aisstream
from maritime_app.vessels.feed.announcer import Announcer
from maritime_app.vessels.feed.events import FeedStateChanged, ReportRejected, SafetyTextHeard
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.model import (
    FeedState,
    Rejection,
    Report,
    SafetyText,
    Source,
    SourceHealth,
)

logger = log.get(__name__)
STORED: Final = "stored"
# Names of their own: a member of an enumeration costs more than the comparison with it.
_LIVE: Final = FeedState.LIVE
_FEED_ERROR: Final = Rejection.FEED_ERROR
# A server that only says hello or refuses us is not alive.
_CONTROL: Final = frozenset({Rejection.CONFIRMATION, Rejection.FEED_ERROR})
# A ship's position that changed nothing because another source was quicker is a sign of life, too.
_ALREADY_KNOWN: Final = frozenset({Rejection.OLDER, Rejection.OUTRUN, Rejection.COARSER})
_FRESH_MS: Final = 60_000
# Answers call a ship stale after that; who tells of nothing later does not say how things are now.
_CURRENT_MS: Final = 600_000
# Who is asked once a minute tells of a minute ago, and of ships that had reported before that.
PULLED_FRESH_MS: Final = 300_000
# So many useless messages, and no position for so long, are no accident.
_USELESS_FRAMES: Final = 20
_USELESS_MS: Final = 10_000
_PULLED_EVERY_MS = 60_000
_NO_POSITION: Final = "messages arrive, but none has a position that can be used"
_LATE: Final = "positions arrive, but all are more than ten minutes old"


class Intake:
    """Counts what becomes of every frame of one source, and knows whether the source lives.

    Only a position that can be used makes it live: `name` and `source` say whose it is.
    """

    def __init__(
        self,
        fleet: Fleet,
        announcer: Announcer,
        name: str,
        source: Source,
        silent_after_seconds: float,
    ) -> None:
        self.name = name
        self.source = source
        self.outcomes: Counter[str] = Counter()
        self.state = FeedState.CONNECTING
        self.reason = ""
        # What a usable position makes of the source; a recording is never live.
        self.alive: tuple[FeedState, str] = (_LIVE, "")
        # How old a position may be that another source has outrun, and still be a sign of life.
        self.fresh_ms = _FRESH_MS
        self.last_frame_ms: int | None = None
        self.last_position_ms: int | None = None
        self._apply = fleet.apply
        self._announce = announcer.announce
        self._gathering = announcer.gathering
        self._silent_ms = int(silent_after_seconds * 1000)
        self._since_ms = self._opened_ms = clock.epoch_ms()
        self._useless = 0
        self._is_late = False
        self._lines = 0

    def take_all(self, frames: Iterable[bytes]) -> None:
        """Take frames in that have come together, as `take` does with each."""
        with self._gathering():
            for frame in frames:
                self.take(frame)

    def take(self, frame: bytes) -> None:
        """Take one frame in. Raise aisstream.Ended when the server says that something is wrong."""
        now_ms = clock.epoch_ms()
        try:
            decoded = decode(frame, now_ms)
        except Exception as error:  # noqa: BLE001 - one frame never takes the line with it
            self._note_fault(error, now_ms)
            return
        if type(decoded) is Report:
            self.take_report(decoded, now_ms)
            return
        if decoded is _FEED_ERROR:
            self.outcomes[decoded] += 1
            raise aisstream.server_error(error_text(frame) or "")
        self.take_decoded(decoded, now_ms)

    def take_decoded(self, decoded: Decoded, now_ms: int) -> None:
        """Take in what one message says, or why it says nothing."""
        if type(decoded) is Report:
            self.take_report(decoded, now_ms)
        elif type(decoded) is SafetyText:
            self.outcomes[STORED] += 1
            self._announce(SafetyTextHeard(decoded, self.source))
            self._note_useless(now_ms)
        else:
            assert isinstance(decoded, Rejection)
            self.outcomes[decoded] += 1
            if decoded not in _CONTROL:
                self._note_useless(now_ms)

    def take_reports(self, reports: Iterable[Report], now_ms: int) -> None:
        """Take reports in that have come together."""
        with self._gathering():
            for report in reports:
                self.take_report(report, now_ms)

    def take_report(self, report: Report, now_ms: int) -> None:
        """Take one report in, as `take` does with what a frame says."""
        outcome: str = STORED
        try:
            events = self._apply(report, self.source)
        except Exception as error:  # noqa: BLE001 - one report never takes the line with it
            self._note_fault(error, now_ms)
            return
        for event in events:
            if type(event) is ReportRejected:
                outcome = event.reason
            self._announce(event)
        self.outcomes[outcome] += 1
        if report.motion is not None and self._is_sign_of_life(outcome, report, now_ms):
            self.last_frame_ms = self.last_position_ms = now_ms
            self._useless = 0
            self._is_late = False
            if self.state is not self.alive[0]:
                self.turn(*self.alive)
        else:
            self._note_useless(now_ms)

    def opened(self) -> None:
        """Note that the subscription has been sent: what is measured from now on is silence."""
        lives = self.lives_by_another_line()
        self._lines += 1
        self._opened_ms = clock.epoch_ms()
        self._useless = 0
        if not lives and self.state not in (FeedState.SILENT, FeedState.UNUSABLE):
            self.turn(FeedState.CONNECTING, "subscribed, waiting for the first position")

    def closed(self) -> None:
        """Note that a line that was opened is no more."""
        self._lines -= 1

    def lives_by_another_line(self) -> bool:
        """Whether positions come by a line that is open: a source may have several receivers."""
        return self._lines > 0 and self.state is FeedState.LIVE

    def was_live(self) -> bool:
        """Whether a usable position has arrived since the connection was opened."""
        return self.last_position_ms is not None and self.last_position_ms >= self._opened_ms

    def is_silent(self) -> bool:
        """Whether nothing has come for too long on this connection; turns the state if so.

        A line on which useless messages go on is not silent: another one would bring the same.
        """
        now_ms = clock.epoch_ms()
        self._keep_to_clock(now_ms)
        position_ms, frame_ms = self.last_position_ms or 0, self.last_frame_ms or 0
        heard_ms = max(position_ms, self._opened_ms)
        is_young = now_ms - heard_ms < self._silent_ms
        # That another line has just been opened makes nothing live.
        lives = self.state is FeedState.LIVE and now_ms - position_ms < self._silent_ms
        if lives or (is_young and self.state is not FeedState.LIVE):
            return False
        if frame_ms > heard_ms:
            self._turn_unusable()
        else:
            self.turn(FeedState.SILENT, "connected, but no messages arrive")
        return not is_young and now_ms - frame_ms >= self._silent_ms

    def look_after_pulls(self) -> None:
        """Turn the state of a source that is asked once a minute when two answers brought nothing:
        it has no connection whose silence somebody hears.
        """
        heard_ms = self.last_position_ms or 0
        is_over = clock.epoch_ms() - heard_ms >= self._silent_ms + _PULLED_EVERY_MS
        if is_over and self.state is FeedState.LIVE:
            self.turn(FeedState.SILENT, "asked each minute, but no positions come")

    def turn(self, state: FeedState, reason: str) -> None:
        """Note a new state of the source and since when, and announce it."""
        if (state, reason) == (self.state, self.reason):
            return
        self.state, self.reason, self._since_ms = state, reason, clock.epoch_ms()
        self._announce(FeedStateChanged(self.source, state, reason, self._since_ms))

    def health(self) -> SourceHealth:
        """Return everything known about this source now."""
        return SourceHealth(
            name=self.name,
            source=self.source,
            state=self.state,
            reason=self.reason,
            since_ms=self._since_ms,
            last_frame_ms=self.last_frame_ms,
            last_position_ms=self.last_position_ms,
            frames=sum(self.outcomes.values()),
            stored=self.outcomes[STORED],
            rejected={str(name): n for name, n in self.outcomes.items() if name != STORED},
        )

    def _keep_to_clock(self, now_ms: int) -> None:
        """Let nothing have been heard later than now: a clock that went back would hide silence."""
        self._opened_ms = min(self._opened_ms, now_ms)
        if self.last_frame_ms is not None:
            self.last_frame_ms = min(self.last_frame_ms, now_ms)
        if self.last_position_ms is not None:
            self.last_position_ms = min(self.last_position_ms, now_ms)

    def _note_useless(self, now_ms: int) -> None:
        """Note a message without a usable position; many of them, and nothing else, are a state."""
        self.last_frame_ms = now_ms
        self._useless += 1
        if self._useless >= _USELESS_FRAMES and self.state is not FeedState.UNUSABLE:
            heard_ms = max(self.last_position_ms or 0, self._opened_ms)
            if now_ms - heard_ms >= _USELESS_MS:
                self._turn_unusable()

    def _note_fault(self, error: Exception, now_ms: int) -> None:
        """Count a message that we failed to read, without its words: they may be anybody's."""
        self.outcomes[Rejection.FAULT] += 1
        log.sparingly(logger, "message_not_read", source=self.name, error=type(error).__name__)
        self._note_useless(now_ms)

    def _is_sign_of_life(self, outcome: str, report: Report, now_ms: int) -> bool:
        """Whether the position tells how things are now: what was stored may be of days ago."""
        age_ms = now_ms - report.at_ms
        if outcome is not STORED:
            return outcome in _ALREADY_KNOWN and age_ms < self.fresh_ms
        self._is_late = age_ms >= _CURRENT_MS
        return not self._is_late

    def _turn_unusable(self) -> None:
        self.turn(FeedState.UNUSABLE, _LATE if self._is_late else _NO_POSITION)
