"""Events to everybody who subscribed to them; a subscriber's fault is its own."""

from collections import Counter
from collections.abc import Callable

from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels.feed.events import FeedEvent, Subscriber

logger = log.get(__name__)


class Announcer:
    """Hands every event to every subscriber, in order of subscription."""

    def __init__(self) -> None:
        self._handlers: list[Callable[[FeedEvent], None]] = []
        self._failures: Counter[str] = Counter()

    def subscribe(self, subscriber: Subscriber) -> None:
        """Hand every later event to this subscriber."""
        self._handlers.append(subscriber.handle)

    def announce(self, event: FeedEvent) -> None:
        """Hand the event on; one detector's fault does not end the feed."""
        for handle in self._handlers:
            try:
                handle(event)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next one gets the event
                self._note_failure(handle, error)

    def _note_failure(self, handle: Callable[[FeedEvent], None], error: Exception) -> None:
        """Count a subscriber's failure; log the first of each kind, not tens of thousands."""
        tally["feed_subscriber_failures"] += 1
        name = f"{handle.__qualname__}: {type(error).__name__}"
        self._failures[name] += 1
        if self._failures[name] == 1:
            logger.error("feed_subscriber_failed", subscriber=name, exc_info=error)
