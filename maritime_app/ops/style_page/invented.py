"""What stands in the pieces of the style page: nothing of it is so.

The pieces are templates: each takes whatever has the attributes of its view.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from maritime_app.ferries.model import Place
from maritime_app.infra import qr
from maritime_app.money import Money
from maritime_app.ops.style_page import cast, days, forms, journeys, ships, sources, work
from maritime_app.web import axes

COLOURS: Final = (
    "paper", "surface", "sunken", "raised", "ink", "ink-soft", "ink-faint", "line", "line-strong",
    "sea", "sea-deep", "sea-tint", "sea-tint-2", "go", "go-deep", "good", "good-tint", "warn",
    "warn-tint", "bad", "bad-tint", "night",
)  # fmt: skip
# What `badge` has a word and a colour for.
STATUSES: Final = (
    "held", "paid", "confirming", "confirmed", "amended", "cancelled", "expired", "refused",
    "pending", "succeeded", "refunded", "failed", "queued", "running", "retrying", "done", "dead",
    "sent", "raised", "settled", "open", "live", "silent", "paused", "connecting", "half_open",
    "closed",
)  # fmt: skip
# What a card of a sailing has words for; "offer" can be chosen.
SAILING_STATES: Final = (
    "offer", "full", "no_vehicle", "no_pets", "no_berths", "not_carried", "listed", "cancelled",
    "departed", "closed",
)  # fmt: skip
_HELD_SECONDS = 1_800


def pieces() -> dict[str, Any]:
    """Return what the page shows, by the names that its template has for them."""
    crossing = cast.crossing()
    back = cast.crossing(origin=cast.ANCONA, destination=cast.PIRAEUS, number=2)
    return {
        "colours": COLOURS,
        "statuses": STATUSES,
        "crossing": crossing,
        "ports": [SimpleNamespace(code=p.code, name=p.name, country=p.country) for p in cast.PORTS],
        "sailings": [cast.sailing(state) for state in SAILING_STATES],
        "legs": [crossing, back],
        "price_lines": _price_lines(),
        "total": cast.PRICE,
        "held": SimpleNamespace(expires_at=cast.LEAVES, total=cast.PRICE),
        "held_seconds": _HELD_SECONDS,
        "stories": [
            SimpleNamespace(tone=tone, headline="Aurora Borealis", sentence="Piraeus – Ancona.")
            for tone in ("good", "info", "warning", "bad")
        ],
        "ticket": _ticket(),
        "no_wallet": SimpleNamespace(offers_apple=False, offers_google=False),
        "entries": list(_entries()),
        "bars": _bars(),
        "line_axes": _AXES,
        "line_path": axes.path([(_AXES.x(day), _AXES.y(value)) for day, value in _FIGURES]),
        "subscriptions": ("unconfirmed", "active", "paused", "expired", "ended"),
        # A form's token is its reader's own: this page is one for all, and its forms do nothing.
        "csrf_token": str,
        **journeys.pieces(),
        **days.pieces(),
        **ships.pieces(),
        **forms.pieces(),
        **work.pieces(_bars()),
        **sources.pieces(),
    }


_FIGURES = [
    (datetime(2026, month, 1, tzinfo=UTC), value)
    for month, value in ((1, 210.0), (2, 180.0), (3, 240.0), (4, 330.0), (5, 410.0), (6, 560.0))
]
_AXES = axes.Axes(
    _FIGURES[0][0],
    _FIGURES[-1][0],
    600.0,
    tuple((day, f"{day:%Y-%m}") for day, _value in _FIGURES),
)


def _price_lines() -> list[SimpleNamespace]:
    sold = ((1, "adult", 2, 4_000), (1, "car", 1, 5_500), (2, "adult", 2, 2_850))
    return [
        SimpleNamespace(leg=leg, item=item, quantity=quantity, amount=Money(minor, "EUR"))
        for leg, item, quantity, minor in sold
    ]


def _ticket() -> SimpleNamespace:
    def stop(place: Place, date: str, time: str, zone: str) -> SimpleNamespace:
        return SimpleNamespace(place=place.name, date=date, time=time, zone=zone)

    return SimpleNamespace(
        holder="Ελένη Παπά",
        holder_direction="ltr",
        latin="PAPA, ELENI",
        kind="1",
        departs=stop(cast.PIRAEUS, "2026-06-01", "21:30", "EEST"),
        arrives=stop(cast.ANCONA, "2026-06-02", "05:45", "CEST"),
        duration="9:15",
        facts=[
            SimpleNamespace(label="№", value="W7XN4QTR", is_code=True),
            SimpleNamespace(label="⚓", value=cast.LINE.name, is_code=False),
        ],
        qr=qr.svg("W7XN4QTR"),
        qr_text="W7XN4QTR",
        code="W7XN4QTR-1",
        leg_number=1,
        holder_id=1,
    )


def _entries() -> Iterator[SimpleNamespace]:
    """Yield an entry of each kind that the timeline colours."""
    kinds = ("booking", "payment", "refund", "task", "mail", "note", "act", "alert", "dispute")
    for hours, kind in enumerate(kinds):
        event = SimpleNamespace(
            kind=kind,
            state="done" if kind == "task" else "failed",
            at=cast.LEAVES - timedelta(hours=hours),
        )
        yield SimpleNamespace(
            event=event,
            kind=kind,
            title="bookings.confirm" if kind == "task" else cast.LINE.name,
            detail="W7XN4QTR" if kind == "note" else "",
            amount=cast.PRICE if kind in ("payment", "refund", "dispute") else None,
            task_url="#timeline" if kind == "task" else None,
        )


def _bars() -> SimpleNamespace:
    return SimpleNamespace(
        name=cast.LINE.name,
        highest="560",
        bars=[
            SimpleNamespace(at=day.date(), words=f"{value:g}", height=value / 6)
            for day, value in _FIGURES
        ],
    )
