"""The style page, `/design`: every component in every state, drawn by the pieces the pages use.

Whoever changes a piece sees here, and in the browser test of this page, what else changes.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from aiohttp import web

from maritime_app.web import render
from maritime_app.web.routing import PUBLIC, Route

COLOURS = (
    "paper", "surface", "sunken", "raised", "ink", "ink-soft", "ink-faint", "line", "line-strong",
    "sea", "sea-deep", "sea-tint", "sea-tint-2", "go", "go-deep", "good", "good-tint", "warn",
    "warn-tint", "bad", "bad-tint", "night",
)  # fmt: skip
# What `badge` has a word and a colour for.
STATUSES = (
    "held", "paid", "confirming", "confirmed", "amended", "cancelled", "expired", "refused",
    "pending", "succeeded", "refunded", "failed", "queued", "running", "retrying", "done", "dead",
    "open", "live", "silent", "paused", "connecting", "half_open", "closed",
)  # fmt: skip
# An invented crossing, over midnight and between two time zones.
_DEPARTS_AT = datetime(2026, 6, 1, 18, 30, tzinfo=UTC)
_CROSSING = SimpleNamespace(
    departs_at=_DEPARTS_AT,
    arrives_at=_DEPARTS_AT + timedelta(hours=9, minutes=15),
    origin=SimpleNamespace(code="GRPIR", name="Piraeus", timezone="Europe/Athens"),
    destination=SimpleNamespace(code="ITAOI", name="Ancona", timezone="Europe/Rome"),
)


async def show(request: web.Request) -> web.StreamResponse:
    """GET /design."""
    views = {"colours": COLOURS, "statuses": STATUSES, "crossing": _CROSSING}
    return render.page(request, "web/design.html", views)


ROUTES = [Route("GET", "/design", show, PUBLIC, cached=True)]
