"""Encounters over HTTP: a page, JSON, GeoJSON, Atom."""

from msgspec import structs

from maritime_app.vessels.encounters import atom, service
from maritime_app.vessels.encounters.responses import EncountersRequest, EncountersResponse
from maritime_app.vessels.events.geojson import features
from maritime_app.vessels.events.routes import EventKind, routes_of

ENCOUNTERS = EventKind(
    noun="encounters",
    request=EncountersRequest,
    answer=EncountersResponse,
    fetch=service.encounters,
    features=lambda answer: structs.replace(
        features(answer.encounters, answer.as_of, answer.since),
        total=answer.total,
        next_cursor=answer.next_cursor,
    ),
    entries=atom.entries,
    feed_title="Ships that met at sea",
    summary="Ships that lay close together for hours, far from every harbour",
    page_summary="Ships that met at sea",
)
ROUTES = routes_of(ENCOUNTERS)
