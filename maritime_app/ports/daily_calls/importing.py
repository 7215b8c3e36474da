"""Days and disruptions out of files, into the copies that a pull would write."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.infra.db import Conn
from maritime_app.outside_data import store as outside_store
from maritime_app.outside_data.model import Copy
from maritime_app.outside_data.refresh import tag
from maritime_app.ports.daily_calls import codec, csv_file
from maritime_app.ports.daily_calls.csv_file import Batch, NamedPort
from maritime_app.ports.daily_calls.merging import Merged, merge
from maritime_app.ports.daily_calls.model import (
    ALL_DISRUPTIONS,
    DISRUPTIONS,
    PORTWATCH,
    Day,
    DaysReading,
    Disruptions,
    PortDays,
)
from maritime_app.ports.daily_calls.refresh import decode_days, decode_disruptions
from maritime_app.ports.gazetteer import joining, service as gazetteer
from maritime_app.ports.gazetteer.joining import Ports
from maritime_app.ports.gazetteer.lists import countries
from maritime_app.ports.gazetteer.model import Listing, ListSource
from maritime_app.ports.statistics.model import STATISTICS_TAG
from maritime_app.resources import Resources

_MOST_BYTES: Final = 64 * 1024**2  # of a file of disruptions
_EXAMPLES: Final = 5


class DailyImport(msgspec.Struct):
    """What became of a file: rows == days + sum(rejected); of the days, `done` by what they did.

    `strangers` are days of ports that are none of ours, with some of their names.
    """

    rows: int = 0
    ports: int = 0
    disruptions: int = 0
    strangers: int = 0
    examples: list[str] = msgspec.field(default_factory=list)
    rejected: Counter[str] = msgspec.field(default_factory=Counter)
    done: Merged = msgspec.field(default_factory=Merged)


async def import_file(res: Resources, path: Path) -> DailyImport:
    """Read PortWatch's daily calls (CSV) or its disruptions (ArcGIS JSON) into what is known.

    The same file again changes nothing. A file that ends earlier than what is known of a port only
    fills in days. Raise Invalid for another file, or one of which nothing can be stored.
    """
    if await asyncio.to_thread(csv_file.is_daily, path):
        done = await _import_days(res, path)
    else:
        done = await _import_disruptions(res, path)
    if not done.ports and not done.disruptions:
        raise Invalid(_nothing_stored(path, done), code="nothing_read")
    return done


def _nothing_stored(path: Path, done: DailyImport) -> str:
    reasons = [f"{reason}: {rows}" for reason, rows in sorted(done.rejected.items())]
    if done.strangers:
        reasons.append(f"days of ports that are none of ours: {done.strangers}")
    words = f"{path.name} has nothing that can be stored"
    words += f" ({'; '.join(reasons)})." if reasons else "."
    if done.examples:
        names = ", ".join(done.examples)
        words += f" None of ours: {names}; import ports with PortWatch's list makes them known."
    return words


async def _import_days(res: Resources, path: Path) -> DailyImport:
    done, reading = DailyImport(), _reading(path)
    newest = await asyncio.to_thread(csv_file.newest_days, path)
    async with res.db.acquire() as conn:
        codes = _Codes(await gazetteer.known_ports(conn))
    keys: set[str] = set()
    older: dict[str, bool] = {}
    batches = csv_file.batches(path)
    while batch := await asyncio.to_thread(_next, batches):
        done.rows += batch.rows
        done.rejected += batch.rejected
        async with res.db.transaction() as conn:
            for port, days in sorted(batch.days.items(), key=lambda each: each[0].portid):
                code = codes.of(port)
                if code is None:
                    _leave_out(done, port, len(days))
                    continue
                keys.add(code)
                done.done.add(await _store(conn, code, port, days, reading, newest, older))
    done.ports = len(keys)
    # Real days put invented figures aside on the ports' pages.
    await res.cache.bump([STATISTICS_TAG, *(tag(PORTWATCH, key) for key in sorted(keys))])
    return done


async def _store(
    conn: Conn,
    code: str,
    port: NamedPort,
    days: list[Day],
    reading: DaysReading,
    newest: dict[str, date],
    older: dict[str, bool],
) -> Merged:
    """Store a port's days among what is known; what they are older than is settled at the first."""
    copy = await outside_store.newest_copy(conn, PORTWATCH.name, code)
    known = decode_days(copy.body) if copy else PortDays("", "")
    if not known.portid:
        known = PortDays(port.portid, port.name)
    is_older = older.setdefault(
        code, known.newest is not None and newest[port.portid] < known.newest
    )
    found, done = merge(known, days, reading, is_older=is_older)
    if done.stored or done.changed:
        body = msgspec.json.encode(found)
        news = Copy(body, reading.read_at, period=str(found.newest or ""))
        await outside_store.put_copy(conn, PORTWATCH.name, code, news)
    return done


async def _import_disruptions(res: Resources, path: Path) -> DailyImport:
    if path.stat().st_size > _MOST_BYTES:
        raise Invalid(f"{path.name} is too large.", code="not_daily_calls")
    try:
        answer = msgspec.json.decode(path.read_bytes(), type=codec.Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"{path.name} is neither PortWatch's daily calls nor its disruptions."
        raise Invalid(message, code="not_daily_calls") from error
    rows = [each.attributes for each in answer.features or ()]
    events = {each.id: each for each in codec.disruptions(rows)}
    async with res.db.transaction() as conn:
        copy = await outside_store.newest_copy(conn, DISRUPTIONS.name, ALL_DISRUPTIONS)
        known = {each.id: each for each in decode_disruptions(copy.body).events} if copy else {}
        done = DailyImport(rows=len(rows), disruptions=len(events))
        done.rejected["no id or begin, or twice"] = len(rows) - len(events)
        done.done.unchanged = sum(known.get(key) == each for key, each in events.items())
        done.done.changed = sum(key in known for key in events) - done.done.unchanged
        done.done.stored = len(events) - done.done.changed - done.done.unchanged
        every = sorted(
            {**known, **events}.values(), key=lambda each: (each.since, each.id), reverse=True
        )
        reading = _reading(path)
        body = msgspec.json.encode(Disruptions(tuple(every), reading))
        news = Copy(body, reading.read_at, period=str(every[0].since) if every else "")
        await outside_store.put_copy(conn, DISRUPTIONS.name, ALL_DISRUPTIONS, news)
    await res.cache.bump([tag(DISRUPTIONS, ALL_DISRUPTIONS)])
    return done


class _Codes:
    """Our codes of the file's ports: by an imported list of theirs, else by name and country."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._known: dict[str, str | None] = {}

    def of(self, port: NamedPort) -> str | None:
        """Return our code of a port, None if it is none of ours."""
        if port.portid not in self._known:
            listing = Listing(
                source=ListSource.PORTWATCH,
                code=port.portid,
                name=port.name,
                country=countries.by_alpha3(port.alpha3),
            )
            found = joining.find(self._ports, listing)
            self._known[port.portid] = self._ports.by_id[found[0]].code if found else None
        return self._known[port.portid]


def _next(batches: Iterator[Batch]) -> Batch | None:
    return next(batches, None)


def _leave_out(done: DailyImport, port: NamedPort, days: int) -> None:
    done.strangers += days
    example = f"{port.name} ({port.portid})"
    if len(done.examples) < _EXAMPLES and example not in done.examples:
        done.examples.append(example)


def _reading(path: Path) -> DaysReading:
    return DaysReading(f"file {path.name}", clock.now().replace(microsecond=0))
