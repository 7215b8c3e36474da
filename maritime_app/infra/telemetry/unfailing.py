"""Standard output and error, for words that nobody's work may fail for, or wait for."""

import os
import select
from typing import Final, TextIO

# A pipe with room for anything has room for so much (PIPE_BUF).
_AT_ONCE: Final = 4_096


class Unfailing:
    """Writes whole lines. A disk that is full, a collector that has ended, and a pipe that nobody
    reads for `patience_seconds` (None: for ever) lose lines; the next one that is written begins a
    line of its own.
    """

    def __init__(self, stream: TextIO, *, patience_seconds: float | None = 1.0) -> None:
        self._stream = stream
        self._patience_seconds = patience_seconds
        self._is_cut = False
        try:
            self._fd: int | None = stream.fileno()
        except (OSError, AttributeError, ValueError):
            self._fd = None

    @property
    def in_memory(self) -> bool:
        """Return whether it is a test's: no file, pipe or terminal."""
        return self._fd is None

    def write(self, words: str) -> bool:
        """Write whole lines, or lose them; return whether all of it was written."""
        if self._fd is None:
            self._stream.write(words)
            return True
        data = words.encode(errors="backslashreplace")
        rest = b"\n" + data if self._is_cut else data
        try:
            while rest:
                rest = rest[self._write_some(self._fd, rest) :]
        except OSError:
            self._is_cut = self._is_cut or len(rest) < len(data)
            return False
        self._is_cut = False
        return True

    def _write_some(self, fd: int, data: bytes) -> int:
        """Return how much was written; raise TimeoutError when nothing could be for too long."""
        if self._patience_seconds is None:
            return os.write(fd, data)
        waiting = select.poll()
        waiting.register(fd, select.POLLOUT)
        if not waiting.poll(self._patience_seconds * 1_000):
            raise TimeoutError
        return os.write(fd, data[:_AT_ONCE])
