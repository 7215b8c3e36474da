"""Gaps over HTTP: a page, JSON, GeoJSON, Atom."""

from msgspec import structs

from maritime_app.vessels.events.geojson import features
from maritime_app.vessels.events.routes import EventKind, routes_of
from maritime_app.vessels.gaps import atom, service
from maritime_app.vessels.gaps.responses import GapsRequest, GapsResponse

GAPS = EventKind(
    noun="gaps",
    request=GapsRequest,
    answer=GapsResponse,
    fetch=service.gaps,
    features=lambda answer: structs.replace(
        features(answer.gaps, answer.as_of, answer.since),
        total=answer.total,
        next_cursor=answer.next_cursor,
    ),
    entries=atom.entries,
    feed_title="Ships not heard",
    summary="Ships under way that were not heard for hours, while the feed was",
    page_summary="Ships that were not heard for hours",
)
ROUTES = routes_of(GAPS)
