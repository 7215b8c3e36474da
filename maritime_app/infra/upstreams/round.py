"""Many entries for each of which the same outside service is asked, one after the other."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from maritime_app.errors import Unavailable
from maritime_app.infra.telemetry import log

T = TypeVar("T")
logger = log.get(__name__)
_MOST_SILENCES = 3  # in a row


class Round:
    """One look of a task at many entries.

    An entry for which nobody answers is left for the next look, and the others have their turn.
    After three such in a row, and once `seconds` have passed, the service is asked nothing more: a
    task that gives its time limit less what one entry may take ends within it.
    """

    def __init__(self, service: str, seconds: float) -> None:
        self._service = service
        self._until = asyncio.get_running_loop().time() + seconds
        self._silences = self._unanswered = self._unasked = self._unreadable = 0

    async def over(self, entries: Iterable[T], ask: Callable[[T], Awaitable[object]]) -> int:
        """Ask for each entry; return for how many. What else than silence `ask` raises, this does.

        Chance decides the order, so that three that never get an answer do not hide the others.
        """
        asked = 0
        shuffled = list(entries)
        random.shuffle(shuffled)
        for entry in shuffled:
            if self._is_over():
                self._unasked += 1
                continue
            try:
                await ask(entry)
            except (Unavailable, TimeoutError) as error:
                self._silences += 1
                self._unanswered += 1
                logger.warning("not_answered", service=self._service, error=str(error))
            else:
                self._silences = 0
                asked += 1
        return asked

    def leave(self, unreadable: int) -> None:
        """Count entries of the service's list of which nothing could be read."""
        self._unreadable += unreadable

    @property
    def left(self) -> int:
        """How many entries wait for the next look."""
        return self._unanswered + self._unasked + self._unreadable

    def outcome(self, done: str) -> str:
        """Return `done`; raise Unavailable, with that and how many were left, where any was."""
        if not self.left:
            return done
        odd = f", lists {self._unreadable} that cannot be read" if self._unreadable else ""
        raise Unavailable(
            f"{done}; {self._service} did not answer for {self._unanswered},"
            f" was not asked for {self._unasked}{odd}"
        )

    def _is_over(self) -> bool:
        late = asyncio.get_running_loop().time() >= self._until
        return late or self._silences >= _MOST_SILENCES
