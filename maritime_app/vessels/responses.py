"""Positions and tracks as HTTP answers in every format, with a validator."""

import zlib

import msgspec
from aiohttp import web

from maritime_app.formats import csv_cells
from maritime_app.vessels.api import export
from maritime_app.vessels.api.requests import PositionsFormat, TrackFormat
from maritime_app.vessels.api.schemas import VesselPositions, VesselTrack
from maritime_app.vessels.map import views as map_views
from maritime_app.vessels.tracks import export as track_export
from maritime_app.web.responses import representations

_JSON = "application/json"
_GEOJSON = "application/geo+json"  # RFC 7946, 12
_KML = "application/vnd.google-earth.kml+xml"
_GPX = "application/gpx+xml"


def positions(request: web.Request, page: VesselPositions, form: str) -> web.Response:
    """Return a page of ships.

    Its weak ETag changes with the reports and the feed's state, not with their ages; a page that
    has not changed is answered by 304.
    """
    etag = _etag(page, form)
    if representations.is_unchanged(representations.given(request, "If-None-Match"), etag):
        return web.Response(status=304, headers={"ETag": etag, "Cache-Control": "no-cache"})
    if form == PositionsFormat.CSV:
        response = _file(export.positions_csv(page.vessels), csv_cells.MEDIA_TYPE, "positions.csv")
    elif form == PositionsFormat.KML:
        response = _file(export.positions_kml(page.vessels), _KML, "positions.kml")
    elif form == PositionsFormat.GEOJSON:
        response = _json(map_views.features_view(page), _GEOJSON)
    else:
        response = _json(page, _JSON)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    if page.next_cursor is not None:
        onward = request.rel_url.update_query(cursor=page.next_cursor)
        response.headers["Link"] = f'<{onward}>; rel="next"'
    return response


def track(request: web.Request, history: VesselTrack, form: str) -> web.Response:
    """Return where a ship was."""
    del request
    name = f"track-{history.mmsi}"
    if form == TrackFormat.CSV:
        table = track_export.track_csv(history.pieces)
        response = _file(table, csv_cells.MEDIA_TYPE, f"{name}.csv")
    elif form == TrackFormat.KML:
        lines = track_export.track_lines(history.pieces)
        response = _file(export.track_kml(history.mmsi, lines), _KML, f"{name}.kml")
    elif form == TrackFormat.GPX:
        gpx = track_export.track_gpx(history.mmsi, history.pieces)
        response = _file(gpx, _GPX, f"{name}.gpx")
    elif form == TrackFormat.GEOJSON:
        response = _json(track_export.track_feature(history.mmsi, history.pieces), _GEOJSON)
    else:
        response = _json(history, _JSON)
    return response


def _etag(page: VesselPositions, form: str) -> str:
    told = [page.total, page.feed.state, form, page.next_cursor]
    told += [(ship.mmsi, ship.reported_at) for ship in page.vessels]
    return f'W/"{zlib.crc32(msgspec.msgpack.encode(told)):08x}{page.count:x}"'


def _json(answer: object, content_type: str) -> web.Response:
    return web.Response(body=msgspec.json.encode(answer), content_type=content_type)


def _file(body: bytes | str, content_type: str, file_name: str) -> web.Response:
    return web.Response(
        body=body.encode() if isinstance(body, str) else body,
        content_type=content_type,
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
