"""The thread that writes log lines, so that nobody else waits for whoever reads them."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final, TextIO

from maritime_app.infra.telemetry.metrics import tally
from maritime_app.infra.telemetry.unfailing import Unfailing

_MOST_CHARACTERS: Final = 1 << 20


class LogWriter:
    """Takes lines without waiting and writes them in their order.

    While they cannot be written, a megabyte of them is kept. What comes then is lost, and what the
    device refuses: counted in `log_lines_dropped`, and told in its place by a line that
    `say_lost(how_many)` makes, as soon as one can be written.
    """

    def __init__(
        self,
        stream: TextIO,
        say_lost: Callable[[int], str],
        *,
        most_characters: int = _MOST_CHARACTERS,
    ) -> None:
        self._device = Unfailing(stream, patience_seconds=None)
        self._say_lost = say_lost
        self._most_characters = most_characters
        self._characters = 0
        # Lines, and between them how many were lost there.
        self._waiting: deque[str | int] = deque()
        self._writes = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def write(self, line: str) -> int:
        """Take a line, or lose it; return its length."""
        if self._device.in_memory:
            self._device.write(line)
            return len(line)
        with self._changed:
            if self._characters + len(line) > self._most_characters:
                self._lose()
            else:
                self._waiting.append(line)
                self._characters += len(line)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return len(line)

    def flush(self) -> None:
        """Do nothing: loggers call this after each line, and wait for nobody."""

    def written(self, within_seconds: float) -> bool:
        """Wait until all that was taken is written or lost; return whether it is."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not (self._waiting or self._writes), within_seconds
            )

    def close(self, within_seconds: float) -> None:
        """Write what waits, if that takes no longer; its thread ends."""
        self.written(within_seconds)
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _lose(self) -> None:
        tally["log_lines_dropped"] += 1
        if self._waiting and isinstance(self._waiting[-1], int):
            self._waiting[-1] += 1
        else:
            self._waiting.append(1)

    def _run(self) -> None:
        lost = 0
        while (taken := self._take()) is not None:
            if isinstance(taken, int):
                lost += taken
                words = self._say_lost(lost)
            else:
                words = self._say_lost(lost) + taken if lost else taken
            if self._device.write(words):
                lost = 0
            elif isinstance(taken, str):
                lost += 1
                with self._changed:
                    tally["log_lines_dropped"] += 1

    def _take(self) -> str | int | None:
        """Wait for the next one; return None once closed."""
        with self._changed:
            self._writes = False
            if not self._waiting:
                self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return None
            self._writes = True
            taken = self._waiting.popleft()
            if isinstance(taken, str):
                self._characters -= len(taken)
            return taken
