"""The one file that speaks to PortWatch: its layers on the ArcGIS services.

GET {base}/{layer}/FeatureServer/0/query?where=...&f=json. A page has at most 1,000 rows whatever is
asked for, and deep offsets are refused: pages follow one another by ObjectId. A missing
`exceededTransferLimit` ends them; an empty page after a full one is a throttled service.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from maritime_app.infra.upstreams.breaker import Breaker
from maritime_app.infra.upstreams.http import Fault, Upstream, UpstreamDown, UpstreamError
from maritime_app.outside_data import pacing
from maritime_app.ports.daily_calls import codec
from maritime_app.ports.daily_calls.model import LAYER, Day, Disruption
from maritime_app.ports.gazetteer.lists import portwatch as portwatch_list
from maritime_app.resources import Part, Resources

OFFICIAL: Final = "https://services9.arcgis.com/weJ1QsnbMYJlCHdG/arcgis/rest/services"
PORTS_LAYER: Final = "PortWatch_ports_database"
DISRUPTIONS_LAYER: Final = "portwatch_disruptions_database"
_PAGE_ROWS: Final = 1_000
_MOST_PAGES: Final = 12
_PACE: Final = "ports:portwatch"
_LEFT_ALONE_SECONDS: Final = 60  # where the service names no time


class PortWatch:
    """PortWatch's layers; every method raises UpstreamError without a usable answer."""

    def __init__(self, res: Resources) -> None:
        settings = res.settings.portwatch
        self._redis = res.redis_cache
        self._turn = pacing.paced(res.redis_cache, _PACE, settings.pause_seconds)
        self._upstream = Upstream(
            res.http,
            "portwatch",
            settings.base_url or OFFICIAL,
            title="PortWatch",
            deadline_seconds=settings.timeout_seconds,
            breaker=Breaker("portwatch", open_seconds=60.0),
        )

    async def ports_near(self, lat: float, lon: float, degrees: float) -> bytes:
        """Return the ports layer's rows within so many degrees, as its JSON."""
        where = (
            f"lat > {lat - degrees:.4f} AND lat < {lat + degrees:.4f}"
            f" AND lon > {lon - degrees:.4f} AND lon < {lon + degrees:.4f}"
        )
        rows = [row async for row in self._rows(PORTS_LAYER, where, "*")]
        if not all(row.keys() >= portwatch_list.COLUMNS for row in rows):
            raise _malformed()
        return msgspec.json.encode({"features": [{"attributes": row} for row in rows]})

    async def days(self, portid: str, since: date) -> list[Day]:
        """Return the days of one port since that one, in order, up to the last that has ended."""
        if not codec.PORTID.match(portid):
            raise ValueError(f"{portid!r} is no id of PortWatch's")
        where = f"portid='{portid}' AND date >= DATE '{since.isoformat()}'"
        found = []
        async for row in self._rows(LAYER, where, ",".join(codec.FIELDS)):
            try:
                found.append(codec.day(row))
            except ValueError as error:
                message = f"PortWatch sends a day with {error}."
                raise UpstreamError(message, Fault.MALFORMED, code="portwatch") from None
        ended = [each for each in found if codec.has_ended(each)]
        return sorted(ended, key=lambda each: each.day)

    async def disruptions(self) -> list[Disruption]:
        """Return every disruption, the newest first."""
        return codec.disruptions([row async for row in self._rows(DISRUPTIONS_LAYER, "1=1", "*")])

    async def _rows(self, layer: str, where: str, fields: str) -> AsyncIterator[Mapping[str, Any]]:
        last = 0
        for _page in range(_MOST_PAGES):
            answer = await self._page(layer, f"{where} AND ObjectId > {last}", fields)
            features = answer.features or ()
            for each in features:
                yield each.attributes
            if not answer.exceeded:
                return
            try:
                last = max(int(each.attributes["ObjectId"]) for each in features)
            except (KeyError, TypeError, ValueError):
                await self._leave_alone(None)
                message = "PortWatch sends an empty page in the middle of its answer."
                raise UpstreamDown(message, Fault.MALFORMED, code="portwatch") from None
        message = "PortWatch sends a larger answer than it should."
        raise UpstreamError(message, Fault.TOO_LARGE, code="portwatch")

    async def _page(self, layer: str, where: str, fields: str) -> codec.Answer:
        query = {
            "where": where,
            "outFields": fields,
            "orderByFields": "ObjectId",
            "resultRecordCount": _PAGE_ROWS,
            "returnGeometry": "false",
            "f": "json",
        }
        if seconds := await pacing.rest_seconds(self._redis, _PACE):
            raise self._down(429, seconds)
        await self._turn()
        try:
            path = f"/{layer}/FeatureServer/0/query?{urlencode(query)}"
            answer = await self._upstream.get_json(path, codec.Answer)
        except UpstreamDown as error:
            if error.status is not None:
                await self._leave_alone(error.retry_after_seconds)
            raise
        if answer.error is not None:
            if answer.error.code in (429, 503):
                await self._leave_alone(None)
                raise self._down(answer.error.code, _LEFT_ALONE_SECONDS)
            message = f"PortWatch refuses the query: {answer.error.message[:100]}"
            raise UpstreamError(message, Fault.STATUS, code="portwatch", status=answer.error.code)
        if answer.features is None:
            raise _malformed()
        return answer

    async def _leave_alone(self, seconds: int | None) -> None:
        await pacing.leave_alone(self._redis, _PACE, seconds or _LEFT_ALONE_SECONDS)

    def _down(self, status: int, retry_after_seconds: int) -> UpstreamDown:
        return UpstreamDown(
            "PortWatch wants to be left alone for a moment.",
            Fault.STATUS,
            code="portwatch",
            status=status,
            retry_after_seconds=retry_after_seconds,
        )


def _malformed() -> UpstreamError:
    message = "PortWatch sends an answer in no known form."
    return UpstreamError(message, Fault.MALFORMED, code="portwatch")


PORTWATCH_SERVICE: Final = Part("ports.portwatch", PortWatch)
