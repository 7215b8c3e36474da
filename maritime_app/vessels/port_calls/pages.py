"""The page of the newest port calls, by port, ship, state and time."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from aiohttp import web
from msgspec import Meta, Struct

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.ports import service as ports
from maritime_app.ports.model import PortQuery
from maritime_app.resources import Resources
from maritime_app.vessels.port_calls import service
from maritime_app.vessels.port_calls.model import PortCallState
from maritime_app.vessels.port_calls.responses import PortCallsRequest
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources

_WINDOWS: Final = (1, 7, 30, 92)  # days
_FIELDS: Final = ("port", "mmsi", "state", "days", "cursor")
_USUAL_DAYS: Final = 7


class NewestCallsRequest(Struct, frozen=True, kw_only=True):
    """The page's query: a port by its name or code, a ship, a state, and how many days back."""

    port: Annotated[str, Meta(max_length=80)] = ""
    mmsi: Annotated[int, Meta(ge=0, le=999_999_999)] = 0
    state: Annotated[str, Meta(max_length=80)] = ""
    days: Annotated[int, Meta(ge=1, le=92)] = _USUAL_DAYS
    cursor: Annotated[str, Meta(max_length=60)] = ""


async def show_newest(request: web.Request) -> web.Response:
    """Show the newest port calls, page by page; what is wrong with a filter is marked."""
    entered = {name: request.rel_url.query.get(name, "") for name in _FIELDS}
    entered["days"] = entered["days"] or str(_USUAL_DAYS)
    context: dict[str, Any] = {
        "section": "ships",
        "entered": entered,
        "fields": {},
        "answer": None,
        "port_code": "",
        "states": list(PortCallState),
        "windows": _WINDOWS,
        "first_page": _address({name: entered[name] for name in _FIELDS[:-1]}),
    }
    try:
        context |= await _found(request)
    except Invalid as refusal:
        context["fields"] = refusal.fields
        return render.page(request, "vessels/newest_calls.html", context, status=422)
    return render.page(request, "vessels/newest_calls.html", context)


async def _found(request: web.Request) -> dict[str, Any]:
    """Return what is found, of which port, and the query of the same for programs; raise Invalid
    for a filter that cannot be.
    """
    res, asked = resources(request), forms.query(request, NewestCallsRequest)
    code = await _code_of(res, asked.port)
    query = _query(asked, code, clock.now())
    return {
        "answer": await service.calls(res, query),
        "port_code": code,
        "query": _for_programs(query),
    }


async def _code_of(res: Resources, text: str) -> str:
    """Return the code of the port with that code or name, "" for no text; raise Invalid."""
    if not text:
        return ""
    code = text.strip().upper()
    if code in await ports.positions(res, [code]):
        return code
    await ports.learn_script_names(res)
    found, _total = await ports.find_all(res, PortQuery(q=text), 1)
    if not found:
        words = _("We do not know that place.")
        raise Invalid(words, {"port": words})
    return found[0].code


def _query(asked: NewestCallsRequest, code: str, now: datetime) -> PortCallsRequest:
    return PortCallsRequest(
        port=code,
        mmsi=asked.mmsi,
        state=asked.state,
        since=now - timedelta(days=asked.days) + timedelta(seconds=1),
        cursor=asked.cursor,
    )


def _address(given: dict[str, str]) -> str:
    """Return the first page's address."""
    said = {name: text for name, text in given.items() if text}
    return f"/vessels/port-calls?{urlencode(said)}"


def _for_programs(query: PortCallsRequest) -> str:
    """Return the query of the same list for programs, which say since when themselves."""
    said = {"port": query.port, "mmsi": query.mmsi, "state": query.state}
    given = {name: value for name, value in said.items() if value}
    return f"?{urlencode(given)}" if given else ""
