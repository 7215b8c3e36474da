"""Standard output and error, for words that nobody's work may fail for."""

import os
import threading
from typing import Final, TextIO


class Unfailing:
    """Writes whole lines. A disk that is full, or a collector that has ended, loses lines: the
    next one that is written again says so by `lost`, and begins a line of its own.
    """

    def __init__(self, stream: TextIO) -> None:
        self.lost = 0
        self._stream = stream
        self._is_cut = False
        self._lock: Final = threading.Lock()
        try:
            self._fd: int | None = stream.fileno()
        except (OSError, AttributeError, ValueError):
            self._fd = None  # a test's, in memory

    def write(self, line: str) -> int:
        """Write one line, or lose it; return its length."""
        with self._lock:
            if self._fd is None:
                self._stream.write(line)
                return len(line)
            data = line.encode(errors="backslashreplace")
            rest = b"\n" + data if self._is_cut else data
            try:
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
            except OSError:
                self.lost += 1
                self._is_cut = self._is_cut or len(rest) < len(data)
            else:
                self.lost = 0
                self._is_cut = False
        return len(line)

    def flush(self) -> None:
        """Nothing is kept back: each line is written at once."""
