"""What stands in the pieces of the style page: nothing of it is so.

The pieces are templates: each takes whatever has the attributes of its view.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from maritime_app import axes
from maritime_app.ferries.model import Operator, OperatorKind, Place
from maritime_app.infra import qr
from maritime_app.money import Money

COLOURS: Final = (
    "paper", "surface", "sunken", "raised", "ink", "ink-soft", "ink-faint", "line", "line-strong",
    "sea", "sea-deep", "sea-tint", "sea-tint-2", "go", "go-deep", "good", "good-tint", "warn",
    "warn-tint", "bad", "bad-tint", "night",
)  # fmt: skip
# What `badge` has a word and a colour for.
STATUSES: Final = (
    "held", "paid", "confirming", "confirmed", "amended", "cancelled", "expired", "refused",
    "pending", "succeeded", "refunded", "failed", "queued", "running", "retrying", "done", "dead",
    "open", "live", "silent", "paused", "connecting", "half_open", "closed",
)  # fmt: skip
# What a card of a sailing has words for; "offer" can be chosen.
SAILING_STATES: Final = (
    "offer", "full", "no_vehicle", "no_pets", "no_berths", "not_carried", "listed", "cancelled",
    "departed", "closed",
)  # fmt: skip
_PIRAEUS = Place("GRPIR", "Piraeus", "Europe/Athens", "GR")
_ANCONA = Place("ITAOI", "Ancona", "Europe/Rome", "IT")
_LINE = Operator("NTL", "Northern Test Line", OperatorKind.HOUSE, demo=True)
# A crossing over midnight and between two time zones.
_LEAVES = datetime(2026, 6, 1, 18, 30, tzinfo=UTC)
_LANDS = _LEAVES + timedelta(hours=9, minutes=15)
_PRICE = Money(12_350, "EUR")
_HELD_SECONDS = 1_800


def pieces() -> dict[str, Any]:
    """Return what the page shows, by the names that its template has for them."""
    crossing = _crossing()
    back = _crossing(origin=_ANCONA, destination=_PIRAEUS, number=2)
    return {
        "colours": COLOURS,
        "statuses": STATUSES,
        "crossing": crossing,
        "ports": [SimpleNamespace(code=p.code, name=p.name, country=p.country) for p in _PORTS],
        "sailings": [_sailing(state) for state in SAILING_STATES],
        "legs": [crossing, back],
        "price_lines": _price_lines(),
        "total": _PRICE,
        "held": SimpleNamespace(expires_at=_LEAVES, total=_PRICE),
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
    }


_PORTS = (_PIRAEUS, Place("GRHER", "Heraklion", "Europe/Athens", "GR"), _ANCONA)
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


def _crossing(
    *, origin: Place = _PIRAEUS, destination: Place = _ANCONA, number: int = 1
) -> SimpleNamespace:
    return SimpleNamespace(
        number=number,
        operator=_LINE,
        ferry="Aurora Borealis",
        origin=origin,
        destination=destination,
        departs_at=_LEAVES,
        arrives_at=_LANDS,
    )


def _sailing(state: str) -> SimpleNamespace:
    can = state == "offer"
    return SimpleNamespace(
        **vars(_crossing()),
        id=state,
        state=state,
        kind=OperatorKind.HOUSE,
        headway_seconds=None,
        price=_PRICE if can else None,
        places_left=7 if can else None,
        vehicles={"no_vehicle": "unknown", "no_pets": "no"}.get(state, "yes"),
        listing=None,
        cabins=(("inside2", 1),) if can else (),
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
        departs=stop(_PIRAEUS, "2026-06-01", "21:30", "EEST"),
        arrives=stop(_ANCONA, "2026-06-02", "05:45", "CEST"),
        duration="9:15",
        facts=[
            SimpleNamespace(label="№", value="W7XN4QTR", is_code=True),
            SimpleNamespace(label="⚓", value=_LINE.name, is_code=False),
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
            detail="W7XN4QTR" if kind == "note" else "",
            at=_LEAVES - timedelta(hours=hours),
        )
        yield SimpleNamespace(
            event=event,
            kind=kind,
            title="bookings.confirm" if kind == "task" else _LINE.name,
            amount=_PRICE if kind in ("payment", "refund", "dispute") else None,
            task_url="#timeline" if kind == "task" else None,
        )


def _bars() -> SimpleNamespace:
    return SimpleNamespace(
        name=_LINE.name,
        highest="560",
        bars=[
            SimpleNamespace(at=day.date(), words=f"{value:g}", height=value / 6)
            for day, value in _FIGURES
        ],
    )
