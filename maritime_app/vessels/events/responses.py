"""GeoJSON and Atom of events as answers over HTTP."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aiohttp import web

from maritime_app.vessels.events import atom
from maritime_app.vessels.events.atom import AtomFeed
from maritime_app.vessels.events.geojson import EventFeatures

FOR_A_MINUTE: Final = {"Cache-Control": "public, max-age=60"}


def geojson_response(features: EventFeatures[Any]) -> web.Response:
    """Return events as GeoJSON."""
    body = msgspec.json.encode(features)
    return web.Response(body=body, content_type="application/geo+json")


def atom_response(feed: AtomFeed, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return events as an Atom feed."""
    body = atom.encoded(feed)
    return web.Response(body=body, content_type="application/atom+xml", headers=headers)
