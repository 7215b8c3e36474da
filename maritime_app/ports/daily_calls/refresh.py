"""What the tasks do: pull the days of a port since its newest known ones; pull the disruptions."""

from contextlib import suppress
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.infra.redis import RedisError
from maritime_app.infra.upstreams.http import Fault, UpstreamDown, UpstreamError
from maritime_app.outside_data import refresh as outside, service as outside_data
from maritime_app.outside_data.model import Pulled, Source
from maritime_app.ports.daily_calls import gateway
from maritime_app.ports.daily_calls.gateway import PORTWATCH_SERVICE
from maritime_app.ports.daily_calls.merging import merge
from maritime_app.ports.daily_calls.model import (
    ALL_DISRUPTIONS,
    DISRUPTIONS,
    INVENTED_SUFFIX,
    LAYER,
    PORTWATCH,
    DaysReading,
    Disruptions,
    PortDays,
)
from maritime_app.ports.gazetteer import joining, service as gazetteer
from maritime_app.ports.gazetteer.lists import portwatch as portwatch_list
from maritime_app.ports.gazetteer.model import Listing, ListSource
from maritime_app.resources import Resources

_FIRST_PULL: Final = timedelta(days=2 * 365 + 60)  # two years, and what last year's band looks back
_REVISED: Final = timedelta(days=21)  # the newest two weeks are revised each week
_NEAR_DEGREES: Final = 0.6
_PULLED_TODAY: Final = "ports:portwatch_pulled:"
_DAY_SECONDS: Final = 86_400
decode_days = msgspec.json.Decoder(PortDays).decode
decode_disruptions = msgspec.json.Decoder(Disruptions).decode


def is_invented(res: Resources) -> bool:
    """Whether the sandbox plays PortWatch."""
    return "portwatch" in res.settings.sandboxed


def source_of(res: Resources, source: Source) -> Source:
    """Return whose copies are read and written: the sandbox's are kept apart from real ones."""
    return (
        msgspec.structs.replace(source, name=source.name + INVENTED_SUFFIX)
        if is_invented(res)
        else source
    )


async def fetch_daily_calls(res: Resources, code: str) -> str:
    """Pull the days of a port if its copy is not fresh; return the outcome in words.

    Raise Invalid for what is no harbour, UpstreamDown when the day's allowance is used up,
    UpstreamError when PortWatch gives nothing that can be used.
    """

    async def pull(key: str) -> Pulled:
        await _spend(res)
        return await _pull_days(res, source, key)

    source = source_of(res, PORTWATCH)
    return await outside.refresh(res, source, code, pull)


async def fetch_disruptions(res: Resources) -> str:
    """Pull every disruption if the copy is not fresh; return the outcome in words.

    Raise UpstreamError when PortWatch gives nothing that can be used, or less than half of what was
    there: disruptions end, none is taken back.
    """
    source = source_of(res, DISRUPTIONS)

    async def pull(key: str) -> Pulled:
        events = await res[PORTWATCH_SERVICE].disruptions()
        known = await outside_data.newest(res, source, key)
        before = len(decode_disruptions(known.copy.body).events) if known else 0
        if len(events) * 2 < before:
            message = f"PortWatch sends {len(events)} disruptions instead of {before}: all stay."
            raise UpstreamError(message, Fault.MALFORMED, code="portwatch")
        found = Disruptions(tuple(events), _reading(res, gateway.DISRUPTIONS_LAYER))
        newest = str(events[0].since) if events else ""
        return Pulled(msgspec.json.encode(found), period=newest)

    return await outside.refresh(res, source, ALL_DISRUPTIONS, pull)


async def _pull_days(res: Resources, source: Source, code: str) -> Pulled:
    known = await _known(res, source, code)
    service = res[PORTWATCH_SERVICE]
    if not known.portid:
        portid, name = await _find(res, code)
        if not portid:
            return Pulled(msgspec.json.encode(PortDays("", "")))
        known = PortDays(portid, name)
    today = clock.now().date()
    since = known.newest - _REVISED if known.newest else today - _FIRST_PULL
    news = await service.days(known.portid, since)
    found, _done = merge(known, news, _reading(res, LAYER), is_older=False)
    return Pulled(msgspec.json.encode(found), period=str(found.newest or ""))


async def _known(res: Resources, source: Source, code: str) -> PortDays:
    reading = await outside_data.newest(res, source, code)
    return PortDays("", "") if reading is None else decode_days(reading.copy.body)


async def _find(res: Resources, code: str) -> tuple[str, str]:
    """Return PortWatch's id and name of a harbour; empty when it counts none that is this one.

    By an imported list of theirs, else by the ports near it. Raise Invalid for no harbour.
    """
    async with res.db.acquire() as conn:
        ports = await gazetteer.known_ports(conn)
    port_id = ports.by_code.get(code)
    if port_id is None:
        raise Invalid("There is no such harbour.", {"port": "is no harbour"})
    if not is_invented(res):
        for (source, portid), owner in ports.by_alias.items():
            if source == ListSource.PORTWATCH and owner == port_id:
                return portid, code
    port = ports.by_id[port_id]
    body = await res[PORTWATCH_SERVICE].ports_near(port.lat, port.lon, _NEAR_DEGREES)
    for listing in portwatch_list.json_listings(body):
        if isinstance(listing, Listing):
            found = joining.find(ports, listing)
            if found and found[0] == port_id:
                return listing.code, listing.name
    return "", ""


def _reading(res: Resources, layer: str) -> DaysReading:
    host = urlsplit(res.settings.portwatch.base_url or gateway.OFFICIAL).hostname or ""
    return DaysReading(
        "sandbox" if is_invented(res) else f"{host} ({layer})", clock.now().replace(microsecond=0)
    )


async def _spend(res: Resources) -> None:
    """Count a port against the day's allowance: nobody may make us pull the whole world."""
    key = f"{_PULLED_TODAY}{clock.now():%Y%m%d}"
    spent = 0
    with suppress(RedisError):  # then the pauses between calls are what bounds it
        spent, _ = await res.redis_cache.pipeline([("INCR", key), ("EXPIRE", key, _DAY_SECONDS)])
    if spent > res.settings.portwatch.ports_per_day:
        message = "PortWatch has been asked for as many ports as may be asked for in a day."
        raise UpstreamDown(message, Fault.STATUS, code="portwatch", retry_after_seconds=3600)
