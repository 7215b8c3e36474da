"""The endpoint of the Model Context Protocol, and the page for programs that read."""

from typing import Any

from aiohttp import web

from maritime_app.agents import answers, protocol
from maritime_app.agents.protocol import Message, ProtocolError
from maritime_app.agents.tools import TOOLS
from maritime_app.errors import Refusal
from maritime_app.infra.telemetry import log
from maritime_app.names import brand
from maritime_app.web import limits
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import NO_TEXT, bodies, csrf
from maritime_app.web.forms.validation import convert
from maritime_app.web.render import json
from maritime_app.web.routing import PUBLIC, Route, get, post

logger = log.get(__name__)
_DESCRIBED = [tool.described() for tool in TOOLS.values()]
_WRONG_GUESSES = ("booking", "proof", "promo_code_unknown")
_TOOLS_MS = 3_600_000  # the table changes with a release only
_INSTRUCTIONS = (
    "Search ferries across operators, hold places, give the payment link to a person or pay with a "
    "mandate that a person gave you, look at bookings, price changes, cancel. Amounts are in minor "
    "units of their currency, times in UTC unless they end in _local. Every act takes a key of "
    "yours and is done once per key."
)


async def call(request: web.Request) -> web.Response:
    """Answer one message."""
    message: Message | None = None
    try:
        _check_origin(request)
        body = await request.read()
        if bodies.has_nul(body):
            raise ProtocolError(protocol.INVALID_REQUEST, NO_TEXT)
        message = protocol.read(body)
        version = protocol.revision(message, request.headers)
        if message.is_notification:
            return web.Response(status=202)
        fields = await _result(request, message, version)
    except ProtocolError as error:
        return json(request, protocol.refusal(error, message), status=error.http_status)
    return json(request, protocol.result(message, version, fields))


async def _result(request: web.Request, message: Message, version: str) -> dict[str, Any]:
    match message.method:
        case "server/discover":
            return _described(request, {"supportedVersions": [protocol.VERSION]}, cached=True)
        case "initialize" if version != protocol.VERSION:
            asked = message.params.get("protocolVersion")
            versions = protocol.HANDSHAKE_VERSIONS
            chosen = asked if asked in versions else versions[0]
            return _described(request, {"protocolVersion": chosen}, cached=False)
        case "ping" if version != protocol.VERSION:
            return {}
        case "tools/list":
            return {"tools": _DESCRIBED} | _cached(version)
        case "tools/call":
            return await _call_tool(request, message)
    raise ProtocolError(protocol.METHOD_NOT_FOUND, f"There is no method {message.method}.")


async def _call_tool(request: web.Request, message: Message) -> dict[str, Any]:
    tool = TOOLS.get(str(message.params.get("name")))
    if tool is None:
        raise ProtocolError(protocol.INVALID_PARAMS, "There is no such tool.")
    try:
        await limits.take(request, tool.limit)
        arguments = message.params.get("arguments", {})
        asked = convert(arguments, tool.arguments, strict=True)
        return answers.answered(await tool.run(request, asked))
    except Refusal as refusal:
        await limits.settle(request, wrong=refusal.code in _WRONG_GUESSES)
        return answers.refused(refusal)


def _described(request: web.Request, fields: dict[str, Any], *, cached: bool) -> dict[str, Any]:
    """Return what this server is and does."""
    server = {"name": brand.NAME, "version": brand.VERSION}
    whole: dict[str, Any] = {
        **fields,
        "capabilities": {"tools": {}},
        "instructions": _INSTRUCTIONS + _sandbox_note(request),
    }
    if cached:
        meta = {"io.modelcontextprotocol/serverInfo": server}
        return {**whole, "_meta": meta, **_cached(protocol.VERSION)}
    return {**whole, "serverInfo": server}


def _sandbox_note(request: web.Request) -> str:
    played = resources(request).settings.sandboxed
    return f" This copy plays (not real): {', '.join(sorted(played))}." if played else ""


def _cached(version: str) -> dict[str, Any]:
    modern = version == protocol.VERSION
    return {"ttlMs": _TOOLS_MS, "cacheScope": "public"} if modern else {}


def _check_origin(request: web.Request) -> None:
    """Refuse other sites' pages in somebody's browser (DNS rebinding); programs send no origin."""
    origin = request.headers.get("Origin")
    ours = resources(request).settings.public_url
    if origin is not None and csrf.place_of(origin) != csrf.place_of(ours):
        raise web.HTTPForbidden(text="This origin is not served.")


async def llms_txt(request: web.Request) -> web.Response:
    """Say in plain text what programs find here (https://llmstxt.org)."""
    base = resources(request).settings.public_url
    lines = [
        f"# {brand.NAME}",
        "",
        f"> {_INSTRUCTIONS}{_sandbox_note(request)}",
        "",
        "## For programs",
        "",
        f"- [MCP endpoint]({base}/mcp): Model Context Protocol {protocol.VERSION}, stateless",
        f"- [OpenAPI]({base}/api/v1/openapi.json): the JSON API",
        f"- [The API explained]({base}/api/docs)",
        "",
        "## Tools",
        "",
        *(f"- {tool.name}: {tool.description}" for tool in TOOLS.values()),
        "",
        "## Pages",
        "",
        f"- [Search]({base}/ferries)",
        f"- [Ports and their figures]({base}/ports)",
        f"- [Live map of ships]({base}/vessels)",
        f"- [Let a program pay: a person gives a mandate]({base}/mandates/new)",
        "",
    ]
    return web.Response(text="\n".join(lines), content_type="text/plain", charset="utf-8")


ROUTES: list[Route] = [
    post("/mcp", call, access=PUBLIC, limit="search", media="application/json"),
    get("/llms.txt", llms_txt, access=PUBLIC),
]
