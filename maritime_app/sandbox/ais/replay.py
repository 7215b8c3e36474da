"""A recorded file sent again at its own pace.

AISStream envelopes as JSON lines, or MarineCadastre CSV.
"""

import asyncio
import csv
import gzip
import heapq
import re
import time
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct, field

from maritime_app.vessels.ais import marinecadastre
from maritime_app.vessels.ais.encode import EncodedMessage
from maritime_app.vessels.ais.times import go_time, go_time_ms

_TIME = re.compile(rb'"time_utc"\s*:\s*"')
_LINES_AT_ONCE = 500
_ROWS_IN_ORDER = 300_000  # about 60 MB; a whole day's rows further ahead than that are sent late
_STATIC_AGAIN_MS = 360_000
_AHEAD_SECONDS = 0.02  # messages this close in time go out together


class _Meta(Struct, gc=False):
    time_utc: str
    mmsi: int = field(name="MMSI", default=0)
    latitude: float = 0.0
    longitude: float = 0.0


class _Line(Struct, gc=False):
    message_type: str = field(name="MessageType")
    meta: _Meta = field(name="MetaData")


class Replayed(Struct, frozen=True, gc=False):
    """A message and its recorded time (epoch ms)."""

    at_ms: int
    message: EncodedMessage


class Skipped(Struct):
    """How many lines of a file could not be used."""

    lines: int = 0


_line_decoder = msgspec.json.Decoder(_Line)


def recorded(path: Path, skipped: Skipped) -> Iterator[Replayed]:
    """Yield every message of a file in its order; count the lines that cannot be used."""
    name = path.name.removesuffix(".gz")
    with _opened(path) as lines:
        if name.endswith(".csv"):
            yield from _rows(lines, skipped)
        else:
            yield from _lines(lines, skipped)


async def paced(
    path: Path, speed: float, skipped: Skipped, *, shift: bool = True
) -> AsyncIterator[list[EncodedMessage]]:
    """Yield the file's messages when they are due, in small groups.

    With `shift` the recorded times are moved so that the first message is sent now; later ones keep
    their distance divided by the speed. Late lines (a recorder's disorder) go out at once with
    their own time.
    """
    source = recorded(path, skipped)
    began = time.time()
    first_ms: int | None = None
    while portion := await asyncio.to_thread(lambda: list(islice(source, _LINES_AT_ONCE))):
        group: list[EncodedMessage] = []
        for replayed in portion:
            first_ms = replayed.at_ms if first_ms is None else first_ms
            due = began + (replayed.at_ms - first_ms) / 1000 / speed
            if due > time.time() + _AHEAD_SECONDS:
                if group:
                    yield group
                    group = []
                await asyncio.sleep(due - time.time())
            group.append(_moved(replayed, due) if shift else replayed.message)
        yield group


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]  # a file


def _lines(lines: IO[bytes], skipped: Skipped) -> Iterator[Replayed]:
    for line in lines:
        body = line.strip()
        try:
            head = _line_decoder.decode(body)
            at_ms = go_time_ms(head.meta.time_utc)
        except (ValueError, msgspec.MsgspecError):
            skipped.lines += bool(body)
            continue
        meta = head.meta
        yield Replayed(
            at_ms, EncodedMessage(head.message_type, meta.mmsi, meta.latitude, meta.longitude, body)
        )


def _rows(lines: IO[bytes], skipped: Skipped) -> Iterator[Replayed]:
    static_ms: dict[str, int] = {}  # when each ship's static data was last sent
    for at_ms, row in _ordered(lines, skipped):
        with_static = at_ms - static_ms.get(row["MMSI"], -_STATIC_AGAIN_MS) >= _STATIC_AGAIN_MS
        try:
            messages = marinecadastre.messages(row, at_ms * 1_000_000, with_static=with_static)
        except (ValueError, KeyError, TypeError):
            skipped.lines += 1
            continue
        if with_static:
            static_ms[row["MMSI"]] = at_ms
        for message in messages:
            yield Replayed(at_ms, message)


def _ordered(lines: IO[bytes], skipped: Skipped) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows in the order of time.

    A day's file is not sorted: rows of 23:59 are among those of 00:00.
    """
    header = next(csv.reader([lines.readline().decode("utf-8-sig", "replace")]), [])
    at = header.index("BaseDateTime") if "BaseDateTime" in header else 0
    waiting: list[tuple[int, int, str]] = []
    for number, line in enumerate(lines):
        text = line.decode("utf-8", "replace")
        try:
            at_ms = marinecadastre.time_ms(text.split(",", at + 1)[at])
        except (ValueError, IndexError):
            skipped.lines += 1
            continue
        heapq.heappush(waiting, (at_ms, number, text))
        if len(waiting) > _ROWS_IN_ORDER:
            yield _row(header, heapq.heappop(waiting))
    while waiting:
        yield _row(header, heapq.heappop(waiting))


def _row(header: list[str], entry: tuple[int, int, str]) -> tuple[int, dict[str, str]]:
    return entry[0], dict(zip(header, next(csv.reader([entry[2]]), []), strict=False))


def _moved(replayed: Replayed, due: float) -> EncodedMessage:
    """Return the message with the time of its sending: `time_utc` is there once, in MetaData."""
    message = replayed.message
    match = _TIME.search(message.body)
    if match is None:
        return message
    end = message.body.index(b'"', match.end())
    time_utc = go_time(int(due * 1e9)).encode()
    body = message.body[: match.end()] + time_utc + message.body[end:]
    return msgspec.structs.replace(message, body=body)
