"""The pages and calls of a quay's gates, served by the laptop itself.

Who has the link that is printed at the start may use it: its key becomes a cookie. The laptop's
network is the quay's own, so nobody else is met there but by chance.
"""

import hmac
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from aiohttp import web

from maritime_app import formatting, i18n
from maritime_app.boarding import views
from maritime_app.boarding.gate.service import Quay
from maritime_app.boarding.model import ScanRequest, UndoRequest
from maritime_app.errors import Forbidden, Invalid, NotFound, Refusal
from maritime_app.settings.model import Settings
from maritime_app.web import languages
from maritime_app.web.forms import json_body
from maritime_app.web.responses.statics import Statics

_TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
_COOKIE = "gate"
_BASE = "/api/gate"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; media-src 'self' blob:;"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
_STATUSES: dict[type[Refusal], int] = {Forbidden: 403, NotFound: 404, Invalid: 422}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def gate_app(settings: Settings, quay: Quay, key: str) -> web.Application:
    """Return the application of one quay; `key` opens it."""
    gate = _Gate(settings, quay, key)
    app = web.Application(client_max_size=64 * 1024)
    app.router.add_get("/", gate.page)
    app.router.add_get(f"{_BASE}/list", gate.guarded(gate.boarding_list))
    app.router.add_get(f"{_BASE}/state", gate.guarded(gate.state))
    app.router.add_post(f"{_BASE}/scan", gate.guarded(gate.scan))
    app.router.add_post(f"{_BASE}/undo", gate.guarded(gate.undo))
    app.router.add_get("/static/{path:.+}", gate.static)
    return app


class _Gate:
    """The handlers, over one quay."""

    def __init__(self, settings: Settings, quay: Quay, key: str) -> None:
        self._settings, self._quay, self._key = settings, quay, key
        self._statics = Statics()
        self._environment = _environment(self._statics)

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Show the gate; with the key in its address it sets the cookie and goes on without it."""
        given = request.query.get("key", "")
        if given and hmac.compare_digest(given.encode(), self._key.encode()):
            moved = web.Response(status=303, headers={**_HEADERS, "Location": "/"})
            secure = request.secure
            moved.set_cookie(_COOKIE, self._key, httponly=True, samesite="Strict", secure=secure)
            return moved
        if not self._is_known(request):
            words = "Open this gate with the link that the laptop shows."
            return web.Response(status=403, text=words, headers=_HEADERS)
        i18n.use(languages.choose(request, self._settings.web.languages))
        view = views.gate_page(
            self._quay.boarding_list.sailing,
            self._quay.boarding_list.closing,
            base=_BASE,
            back_url="",
            is_authority=True,
            is_sandbox=False,
        )
        text = self._environment.get_template("boarding/gate.html").render(view=view)
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    async def boarding_list(self, _request: web.Request) -> Any:
        """Answer the list as this laptop has it."""
        return self._quay.list_with_admitted()

    async def state(self, _request: web.Request) -> Any:
        """Answer how boarding stands."""
        return self._quay.state()

    async def scan(self, request: web.Request) -> Any:
        """Judge a code and let its holder aboard."""
        return await self._quay.scan(await json_body(request, ScanRequest))

    async def undo(self, request: web.Request) -> Any:
        """Take an admission back."""
        return await self._quay.undo((await json_body(request, UndoRequest)).id)

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Send a file of ours."""
        try:
            return await self._statics.serve(request)
        except NotFound:
            return web.Response(status=404)

    def guarded(self, handler: Callable[[web.Request], Awaitable[Any]]) -> Handler:
        """Return the call for those who have the key; what it returns is sent as JSON."""

        async def call(request: web.Request) -> web.StreamResponse:
            try:
                if not self._is_known(request):
                    raise Forbidden("Open this gate with the link that the laptop shows.")
                body = await handler(request)
            except Refusal as refusal:
                status = _STATUSES.get(type(refusal), 400)
                problem = {"title": refusal.title, "detail": refusal.message}
                return _json(problem, status)
            return _json(body, 200)

        return call

    def _is_known(self, request: web.Request) -> bool:
        given = request.cookies.get(_COOKIE, "")
        return hmac.compare_digest(given.encode(), self._key.encode())


def _json(body: Any, status: int) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        headers=_HEADERS,
    )


def _environment(statics: Statics) -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(i18n.translate, i18n.translate_plural, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(formatting.FILTERS)
    env.globals.update(static=statics.url, vendor=statics.vendor_url)
    return env
