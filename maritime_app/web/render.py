"""Pages through Jinja, JSON through msgspec, refusals as page or RFC 9457 problem document."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import msgspec
from aiohttp import web
from markupsafe import Markup
from yarl import URL

from maritime_app import i18n
from maritime_app.errors import Invalid, Refusal
from maritime_app.settings.model import Settings
from maritime_app.web import sessions
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import csrf
from maritime_app.web.responses import representations, security_headers
from maritime_app.web.responses.statics import Statics
from maritime_app.web.templates import page_environment
from maritime_app.web.templates.kept_parts import KeptParts, render_each_time

_IMPORTS = {
    "maplibre-gl": "maplibre-gl/dist/maplibre-gl.mjs",
    "uplot": "uplot/dist/uPlot.esm.js",
    "topojson-client": "topojson-client/src/index.js",
}
# How errors.py and others head their refusals.
_TITLES = (
    i18n.mark("Refused"), i18n.mark("Please check what you entered"), i18n.mark("Not allowed"),
    i18n.mark("Not found"), i18n.mark("That has changed"), i18n.mark("Not available right now"),
    i18n.mark("Too many requests"), i18n.mark("Internal error"),
)  # fmt: skip


def set_up(app: web.Application, settings: Settings, statics: Statics) -> None:
    """Prepare the template environment, and the headers that allow what its pages load."""
    env = aiohttp_jinja2.setup(
        app,
        auto_reload=settings.web.reload_templates,
        **page_environment.options(Path(settings.paths.var_dir)),
    )
    page_environment.install(env)
    import_map = _import_map(statics)
    env.globals.update(
        static=statics.url,
        vendor=statics.vendor_url,
        import_map=Markup(import_map),  # noqa: S704 - our own constant
        sandbox=bool(settings.sandboxed),
        sandboxed=settings.sandboxed,
        languages=settings.web.languages,
        language_name=i18n.name_of,
        kept_part=render_each_time if settings.web.reload_templates else KeptParts(),
    )
    security_headers.set_up(app, settings, import_map)


def page(
    request: web.Request,
    template: str,
    view: Mapping[str, Any] | msgspec.Struct,
    *,
    status: int = 200,
) -> web.Response:
    """Return the template as an HTML answer, in the request's language."""
    fields = msgspec.structs.asdict(view) if isinstance(view, msgspec.Struct) else view
    text = render(request, template, fields)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def page_shown_once(
    request: web.Request, template: str, view: msgspec.Struct, *, status: int = 200
) -> web.Response:
    """Return a page with a secret on it: no browser and no proxy keeps it."""
    response = page(request, template, view, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_signed_in(request: web.Request) -> bool:
    """Whether the browser comes with a session of staff, valid or not."""
    return sessions.STAFF.cookie_name(request) in request.cookies


def render(request: web.Request, template: str, context: Mapping[str, Any]) -> str:
    """Return the template as text.

    A page that is cached for several readers says `here`: the address that they all share.
    """
    language = i18n.current()
    here = context.get("here") or request.rel_url
    if request.method == "POST":
        here = here.with_path("/")
    return aiohttp_jinja2.render_string(
        template,
        request,
        {
            "lang": language,
            "dir": i18n.direction(language),
            "request_path": request.path,
            "public_url": resources(request).settings.public_url,
            "in_language": lambda code: _on_this_site(here.update_query(lang=code)),
            "csrf_token": lambda: csrf.token(request),
            "signed_in": is_signed_in(request),
            **context,
        },
    )


def _on_this_site(address: URL) -> str:
    """Return a link to an address of ours: two slashes at its beginning would name another host."""
    return "/" + str(address).lstrip("/\\")


def on_this_site(where: str, otherwise: str) -> str:
    """Return the address if it is a path of ours, else the other one.

    Two slashes (or slash and backslash) are another host to browsers. They leave tabs and line ends
    out before they look, so an address with control characters is none of ours.
    """
    is_local = where.startswith("/") and not where.startswith(("//", "/\\")) and where.isprintable()
    return where if is_local else otherwise


def see_other(address: str) -> web.Response:
    """Return 303: the browser goes on to that address of ours."""
    return web.Response(status=303, headers={"Location": address})


def last_page(request: web.Request, pages: int) -> web.Response:
    """Return 303 to the last page of a list, for who asks for one behind it."""
    return see_other(str(request.rel_url.update_query(page=str(pages))))


def json(
    _request: web.Request,
    answer: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """Return the struct (or dict) as JSON."""
    body = msgspec.json.encode(answer)
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def json_as_of(
    answer: object,
    told: object,
    *,
    media: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """Return the struct as JSON, with an ETag of what it tells: the same without the moment of
    asking, which alone makes no new answer.
    """
    tag = representations.etag_of(msgspec.json.encode(told))
    body = msgspec.json.encode(answer)
    return web.Response(body=body, content_type=media, headers={"ETag": tag, **(headers or {})})


def problem(status: int, refusal: Refusal) -> web.Response:
    """Return a problem document (RFC 9457): type, title, status and detail, `code`, and
    `errors` by field where there are any.
    """
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": refusal.title,
        "status": status,
        "detail": refusal.message,
        "code": refusal.code,
    }
    if isinstance(refusal, Invalid) and refusal.fields:
        document["errors"] = refusal.fields
    return web.Response(
        body=msgspec.json.encode(document), status=status, content_type="application/problem+json"
    )


def error_page(request: web.Request, status: int, refusal: Refusal) -> web.Response:
    """Return a refusal for people, in their language where the catalogue has the sentence."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    heading, message = i18n.translate(refusal.title), i18n.translate(refusal.message)
    context = {
        "status": status,
        "heading": heading,
        "message": message,
        "fields": fields,
        "is_port": refusal.code == "port",
        "asked": getattr(refusal, "text", ""),
        "again_url": getattr(refusal, "again_url", ""),
    }
    return page(request, "web/error.html", context, status=status)


def _import_map(statics: Statics) -> str:
    imports = {name: statics.vendor_url(path) for name, path in _IMPORTS.items()}
    return msgspec.json.encode({"imports": imports}).decode()
