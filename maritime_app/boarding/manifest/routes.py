"""The passenger list: page, table, single-window message. Nothing of it is kept by a cache."""

from aiohttp import web

from maritime_app import formatting
from maritime_app.boarding.api import acting
from maritime_app.boarding.manifest import csv, emswe, service
from maritime_app.boarding.manifest.words import lack_words
from maritime_app.bookings.travellers.words import (
    assistance_words,
    gender_words,
    residency_words,
)
from maritime_app.errors import Conflict
from maritime_app.i18n import translate as _
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import id_in_path
from maritime_app.web.render import page
from maritime_app.web.routing import Route, get

READ = "manifest.read"
_PRIVATE = {"Cache-Control": "private, no-store"}


async def show(request: web.Request) -> web.StreamResponse:
    """Show the list."""
    res, sailing_id = resources(request), id_in_path(request, "sailing_id")
    manifest = await service.read(res, acting(request), sailing_id, "page")
    context = {
        "manifest": manifest,
        "aboard": len(manifest.boarded),
        "kinds": formatting.item_name,
        "missing": sum(1 for line in manifest.lines if line.missing and not line.erased_at),
        "genders": gender_words(),
        "assistance": assistance_words(),
        "residency": residency_words,
        "lacking": [lack_words(lack) for lack in emswe.lacking(manifest)],
        "documents_days": res.settings.privacy.documents_days,
        "staff": caller(request),
    }
    response = page(request, "boarding/manifest.html", context)
    response.headers.update(_PRIVATE)
    return response


async def table(request: web.Request) -> web.StreamResponse:
    """Send the list as CSV."""
    sailing_id = id_in_path(request, "sailing_id")
    manifest = await service.read(resources(request), acting(request), sailing_id, "csv")
    return _file(csv.table(manifest), csv.CONTENT_TYPE, f"manifest-{sailing_id}.csv")


async def vehicles(request: web.Request) -> web.StreamResponse:
    """Send the loading list as CSV."""
    sailing_id = id_in_path(request, "sailing_id")
    manifest = await service.read(resources(request), acting(request), sailing_id, "vehicles")
    return _file(csv.vehicles(manifest), csv.CONTENT_TYPE, f"vehicles-{sailing_id}.csv")


async def message(request: web.Request) -> web.StreamResponse:
    """Send the list as a message for the European single window; one that lacks what is required
    only to whoever asks for it so (`incomplete=yes`).
    """
    sailing_id = id_in_path(request, "sailing_id")
    manifest = await service.read(resources(request), acting(request), sailing_id, "emswe")
    lacking = emswe.lacking(manifest)
    if lacking and request.query.get("incomplete") != "yes":
        named = "; ".join(lack_words(lack) for lack in lacking)
        words = _("The single window would refuse this message. It lacks: %(what)s.")
        sentence = words % {"what": named}
        raise Conflict(sentence, code="incomplete")
    return _file(emswe.message(manifest), emswe.CONTENT_TYPE, f"pxd-{sailing_id}.xml")


def _file(body: bytes, content_type: str, name: str) -> web.Response:
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        **_PRIVATE,
    }
    return web.Response(body=body, headers=headers)


_ONE = "/boarding/{sailing_id}/manifest"
ROUTES: list[Route] = [
    get(_ONE, show, access=READ),
    get(f"{_ONE}.csv", table, access=READ),
    get(f"{_ONE}/vehicles.csv", vehicles, access=READ),
    get(f"{_ONE}.xml", message, access=READ),
]
