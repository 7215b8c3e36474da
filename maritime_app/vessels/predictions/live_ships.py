"""Ships on their way and where they are bound for, from what Redis holds."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from maritime_app import clock
from maritime_app.geo import Position
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.vessels.codes.flags import DISTRUSTED, Flag
from maritime_app.vessels.live import live_store, packed_report, sources
from maritime_app.vessels.live.packed_report import UnpackedReport
from maritime_app.vessels.model import Known, Source, StationKind
from maritime_app.vessels.port_calls.model import UNDER_WAY_KNOTS, Harbour
from maritime_app.vessels.predictions import destinations, store
from maritime_app.vessels.predictions.estimates import LEAST_KNOTS
from maritime_app.vessels.predictions.model import KnownVoyage, VoyageState

STALE_MS: Final = 600_000
_BREATHE: Final = 500  # ships between two looks at what else the process has to do


class ShipBound(NamedTuple):
    """A ship on its way to a port; `told_at` is its own ETA, None where it told none by the
    minute.
    """

    state: VoyageState
    source: Source
    port: Harbour
    told_at: datetime | None
    voyage: KnownVoyage | None


class _Candidate(NamedTuple):
    report: UnpackedReport
    known: Known | None
    voyage: KnownVoyage | None


async def ships_bound(
    res: Resources, voyages: Mapping[int, KnownVoyage], share: tuple[int, int]
) -> list[ShipBound]:
    """Return ships under way with a trusted, fresh position and a destination that is known.

    Those of `voyages` always; of the others every `share[1]`-th, by MMSI, from `share[0]`.
    Raise RedisError when Redis is away.
    """
    moving = await _moving(res, voyages, share)
    told = await _told(res, [report.station.mmsi for report in moving])
    candidates = [
        _Candidate(report, told.get(report.station.mmsi), voyages.get(report.station.mmsi))
        for report in moving
    ]
    async with res.db.acquire() as conn:
        harbours = await _harbours(conn, candidates)
    found = (_bound(candidate, harbours) for candidate in candidates)
    return [each for each in found if each is not None]


async def lying_still(res: Resources, mmsis: Sequence[int]) -> dict[int, Position]:
    """Return where those of these ships are that lie still, by a trusted, fresh position."""
    now_ms, found = clock.epoch_ms(), dict[int, Position]()
    for mmsi in mmsis:
        packed, _ = await live_store.packed_vessel(
            res.redis_cache, mmsi, sources.active(res.settings)
        )
        reports = [packed_report.unpack(one) for one in packed]
        newest = max(reports, key=lambda report: report.at_ms, default=None)
        if newest is None or not is_trusted(newest, now_ms):
            continue
        if (newest.motion.sog_knots or 0.0) < UNDER_WAY_KNOTS:
            found[mmsi] = Position(newest.motion.lat, newest.motion.lon)
    return found


def is_trusted(report: UnpackedReport, now_ms: int) -> bool:
    """Whether a prediction may stand on this report: fresh, measured, the only one of its number.

    The Flag.SHARED_NUMBER of two ships under one number counts as distrust: nobody knows which of
    them the destination is of.
    """
    if report.station.flags & (DISTRUSTED | Flag.SHARED_NUMBER) or report.station.hypothesis:
        return False
    return 0 <= now_ms - report.at_ms < STALE_MS


async def _moving(
    res: Resources, voyages: Mapping[int, KnownVoyage], share: tuple[int, int]
) -> list[UnpackedReport]:
    now_ms, newest = clock.epoch_ms(), dict[int, UnpackedReport]()
    seen = 0
    for source in sources.active(res.settings):
        async for portion in live_store.scan(res.redis_cache, live_store.last_key(source)):
            for key, packed in portion:
                seen += 1
                if seen % _BREATHE == 0:
                    await asyncio.sleep(0)
                if key not in voyages and key % share[1] != share[0]:
                    continue
                report = packed_report.unpack(packed)
                before = newest.get(key)
                if before is None or report.at_ms > before.at_ms:
                    newest[key] = report
    return [
        report
        for report in newest.values()
        if report.station.kind in (StationKind.CLASS_A, StationKind.CLASS_B)
        and (report.motion.sog_knots or 0.0) >= LEAST_KNOTS
        and is_trusted(report, now_ms)
    ]


async def _told(res: Resources, mmsis: Sequence[int]) -> dict[int, Known]:
    """Return what ships say of themselves, the newest of all sources."""
    found: dict[int, Known] = {}
    for source in sources.active(res.settings):
        for mmsi, known in await live_store.known_of(res.redis_cache, source, mmsis):
            before = found.get(mmsi)
            if before is None or known.voyage_ms > before.voyage_ms:
                found[mmsi] = known
    return found


async def _harbours(conn: Conn, candidates: Iterable[_Candidate]) -> dict[str, list[Harbour]]:
    codes, names = set[str](), set[str]()
    for candidate in candidates:
        code, name = _keys(candidate)
        codes |= {code} if code else set()
        names |= {name} if name else set()
    return await store.harbours_called(conn, codes, names) if codes or names else {}


def _bound(candidate: _Candidate, harbours: Mapping[str, Collection[Harbour]]) -> ShipBound | None:
    report, known, voyage = candidate
    motion = report.motion
    code, name = _keys(candidate)
    named = list(harbours.get(code or "", ())) or list(harbours.get(name or "", ()))
    port = destinations.nearest(named, motion.lat, motion.lon)
    if port is None:
        return None
    state = VoyageState(
        report.station.mmsi,
        report.station.group,
        motion.lat,
        motion.lon,
        motion.sog_knots or 0.0,
        _instant(report.at_ms),
    )
    return ShipBound(state, report.station.source, port, _told_at(known), voyage)


def _keys(candidate: _Candidate) -> tuple[str | None, str | None]:
    if candidate.voyage is not None:
        return candidate.voyage.port_code, None
    known = candidate.known
    told = None if known is None else known.particulars.destination
    return destinations.keys_of(told) if told else (None, None)


def _told_at(known: Known | None) -> datetime | None:
    """Return the ship's own ETA where it told day, hour and minute."""
    if known is None or known.particulars.eta_ms is None or known.particulars.eta_precision:
        return None
    return _instant(known.particulars.eta_ms)


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
