"""GET /portwatch/{layer}/FeatureServer/0/query as ArcGIS answers it.

At most 1,000 rows a page, `exceededTransferLimit` only while there is more, errors as HTTP 200.
Faults (/control, `portwatch.fault`): `busy` 429 with Retry-After, `broken` 503, `error` an error in
an answer of 200, `throttled` an empty page after a full one, `garbage` a page of HTML, `renamed`
columns under other names.
"""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from maritime_app.sandbox.faults import FAULT_SWITCHES
from maritime_app.sandbox.model import SandboxConfig
from maritime_app.sandbox.portwatch import figures
from maritime_app.sandbox.portwatch.where import BadWhere, conditions

_ONE_PORT: Final = re.compile(r"portid='(\w+)'")
_MOST_ROWS: Final = 1_000
_LAYERS: Final = (figures.DAILY, figures.PORTS, figures.DISRUPTIONS)
_FEW_ROWS: Final = 50  # of a page before the throttled one


def mount(app: web.Application, config: SandboxConfig) -> None:
    """Serve everything under /portwatch."""
    rows: dict[tuple[str, str, object], list[figures.Row]] = {}

    async def query(request: web.Request) -> web.Response:
        """Answer with one page of a layer."""
        layer, today = request.match_info["layer"], datetime.now(UTC).date()
        if layer not in _LAYERS:
            return _error(400, "Invalid URL")
        fault = request.app[FAULT_SWITCHES].faults.portwatch.fault
        if answer := _misbehave(fault):
            return answer
        match = _ONE_PORT.search(request.query.get("where", ""))
        key = (layer, match[1] if match and layer == figures.DAILY else "", today)
        if key not in rows:
            rows[key] = await asyncio.to_thread(
                lambda: list(figures.rows(layer, config.seed, today, key[1]))
            )
        return _page(rows[key], request, fault)

    app.router.add_get("/portwatch/{layer}/FeatureServer/0/query", query)


def _misbehave(fault: str) -> web.Response | None:
    if fault == "busy":
        raise web.HTTPTooManyRequests(headers={"Retry-After": "30"})
    if fault == "broken":
        raise web.HTTPServiceUnavailable
    if fault == "garbage":
        return web.Response(text="<html>Service Unavailable</html>", content_type="text/html")
    if fault == "error":
        return _error(400, "Cannot perform query. Invalid query parameters.")
    return None


def _page(rows: list[figures.Row], request: web.Request, fault: str) -> web.Response:
    if not rows:
        return _answer([], exceeded=False)
    columns = frozenset(rows[0])
    try:
        tests = conditions(request.query.get("where", ""), columns)
    except BadWhere:
        return _error(400, "'where' clause is invalid")
    found = [row for row in rows if all(test(row) for test in tests)]
    found.sort(key=lambda row: row["ObjectId"])
    most = min(_MOST_ROWS, int(request.query.get("resultRecordCount", _MOST_ROWS)))
    if fault == "throttled":
        after = "ObjectId > 0" not in request.query.get("where", "")
        return _answer([] if after else found[:_FEW_ROWS], exceeded=True)
    asked = request.query.get("outFields", "*")
    names = list(rows[0]) if asked == "*" else asked.split(",")
    if not set(names) <= columns:
        return _error(400, "Invalid field")
    page = [{_name(name, fault): row[name] for name in names} for row in found[:most]]
    return _answer(page, exceeded=len(found) > most)


def _name(name: str, fault: str) -> str:
    return f"{name}_v2" if fault == "renamed" and name != "ObjectId" else name


def _answer(page: list[dict[str, Any]] | list[figures.Row], *, exceeded: bool) -> web.Response:
    answer: dict[str, Any] = {"objectIdFieldName": "ObjectId"}
    if exceeded:
        answer["exceededTransferLimit"] = True
    return web.json_response(answer | {"features": [{"attributes": dict(row)} for row in page]})


def _error(code: int, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message, "details": []}})
