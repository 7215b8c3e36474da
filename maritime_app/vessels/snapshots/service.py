"""Bring positions, hand them to the consumer, keep a snapshot for a while."""

from collections.abc import Sequence
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.cache.two_level import Filled
from maritime_app.infra.upstreams.http import Fault, UpstreamDown
from maritime_app.resources import Resources
from maritime_app.vessels.feed import aisstream, inbox
from maritime_app.vessels.live import live_store, packed_report, sources
from maritime_app.vessels.model import FeedState, Report, Source
from maritime_app.vessels.snapshots import aishub_codec, aishub_gateway, moment, simulation
from maritime_app.vessels.snapshots.model import snapshot

AIS_HUB_KEY: Final = "vessels:snapshot:ais_hub"
AIS_STREAM_KEY: Final = "vessels:snapshot:ais_stream"
SIMULATED_KEY: Final = "vessels:snapshot:simulated"
_AIS_HUB_SECONDS: Final = 300
_AIS_STREAM_SECONDS: Final = 60
_SIMULATED_SECONDS: Final = 120
_ASKED_KEY: Final = "vessels:aishub:asked"
_ASK_AGAIN_SECONDS: Final = 60


async def fetch_ais_hub(res: Resources) -> str:
    """Pull AISHub's snapshot, at most once a minute whichever process asks; keep it for 300 s.

    Raise UpstreamError when AISHub gives none.
    """
    source = _configured(res, "aishub")
    if source is None:
        return "AISHub is not configured"
    turn = ("SET", _ASKED_KEY, 1, "NX", "EX", _ASK_AGAIN_SECONDS)
    if await res.redis_cache.command(*turn) is None:
        return "AISHub was asked less than a minute ago"
    rows = await aishub_gateway.pull(res)
    reports, unusable = aishub_codec.reports(rows, clock.epoch_ms())
    await inbox.deliver(res.redis_cache, "aishub", source, reports)
    await _keep(res, AIS_HUB_KEY, source, reports, _AIS_HUB_SECONDS)
    return f"{len(reports)} ships from AISHub, {unusable} rows could not be used"


async def fetch_ais_stream(res: Resources) -> str:
    """Keep a snapshot of the stream for a minute: the consumer's, or a short look of our own.

    Raise UpstreamDown when nobody follows the stream and it cannot be looked at either.
    """
    source = _configured(res, "aisstream")
    if source is None:
        return "AISStream is not configured"
    if (await live_store.health(res.redis_cache)).state is not FeedState.OFF:
        reports = await _followed(res, source)
    else:
        try:
            reports = await moment.sample(res.settings.aisstream)
        except aisstream.Ended as ended:
            message = f"AISStream: {ended.reason}."
            raise UpstreamDown(message, Fault.UNREACHABLE, code="aisstream") from ended
    await _keep(res, AIS_STREAM_KEY, source, reports, _AIS_STREAM_SECONDS)
    return f"{len(reports)} reports of the {source.code} stream"


async def simulate(res: Resources) -> str:
    """Send simulated ships, labelled so; they are shown for 120 seconds."""
    reports = list(simulation.reports(clock.epoch_ms()))
    await inbox.deliver(res.redis_cache, "simulation", Source.SIMULATED, reports)
    await _keep(res, SIMULATED_KEY, Source.SIMULATED, reports, _SIMULATED_SECONDS)
    return f"{len(reports)} simulated ships, which exist nowhere"


def _configured(res: Resources, name: str) -> Source | None:
    return next(
        (each.source for each in sources.configured(res.settings) if each.name == name), None
    )


async def _followed(res: Resources, source: Source) -> list[Report]:
    """Return the newest reports that the consumer has of this source."""
    reports: list[Report] = []
    try:
        async for portion in live_store.scan(res.redis_cache, live_store.last_key(source)):
            for _, packed in portion:
                station, at_ms, motion = packed_report.unpack(packed)
                reports.append(Report(station.mmsi, station.kind, at_ms, motion))
    except Unavailable:
        return []
    return reports


async def _keep(
    res: Resources, key: str, source: Source, reports: Sequence[Report], seconds: int
) -> None:
    """Put a snapshot into the cache in place of the one before."""
    body = msgspec.json.encode(snapshot(source, clock.now(), reports))

    async def fill() -> Filled:
        return Filled(body, [key], seconds)

    await res.cache.bump([key])
    await res.cache.get(key, [key], fill)
