"""Pieces of the staff's pages: pauses, maintenance, charts, tokens, people."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final

from maritime_app.ops.style_page import cast

_HERE: Final = "#work"


def pieces(chart: SimpleNamespace) -> dict[str, Any]:
    """Return what templates/ops/style_page/_work.html shows; `chart` is one of bars."""
    return {
        "pauses": [_pause("payments", ends=False), _pause("ports.sync_unctad", ends=True)],
        "queues": {"payments": "–"},
        "tasks": ["ports.sync_unctad"],
        "may_act": True,
        "maintenance": SimpleNamespace(
            since=cast.LEAVES, until=cast.LANDS, staff_name=None, reason="Aurora"
        ),
        "trends": _trends(chart),
        "tokens": [_token(1, revoked=False), _token(2, revoked=True)],
        "sailings_of_staff": [
            (SimpleNamespace(status=status, late_minutes=late), ended)
            for status, late, ended in (
                ("scheduled", 0, None), ("scheduled", 25, "closed"), ("scheduled", -5, "departed"),
                ("cancelled", 0, None),
            )
        ],
    }  # fmt: skip


def _pause(name: str, *, ends: bool) -> SimpleNamespace:
    held = SimpleNamespace(task=name, jobs="3", since=cast.LEAVES, url=_HERE)
    return SimpleNamespace(
        name=name,
        since=cast.LEAVES,
        staff_name="Ada Lund" if ends else None,
        reason="Aurora",
        until=cast.LANDS if ends else None,
        stands_still="",
        kept=[held] if ends else [],
    )


def _trends(chart: SimpleNamespace) -> SimpleNamespace:
    day = SimpleNamespace(day=cast.LEAVES.date(), made=12, paid=11, cancelled=1)
    line = {"operator": cast.LINE.name, "route": "Piraeus – Ancona", "sailings": 2}
    minutes = [
        SimpleNamespace(
            at=cast.LEAVES + timedelta(minutes=5 * at), words=bar.words, height=bar.height
        )
        for at, bar in enumerate(chart.bars)
    ]
    return SimpleNamespace(
        waits=[SimpleNamespace(name="payments", highest="560 s", bars=minutes)],
        booked=[day],
        bookings=chart,
        occupancy=[chart],
        routes=[SimpleNamespace(**line, taken=410, total=560, percent=73.2)],
    )


def _token(number: int, *, revoked: bool) -> SimpleNamespace:
    return SimpleNamespace(
        id=number,
        staff_id="invented",
        label=f"Aurora {number}",
        owner="Ada Lund",
        permissions=["bookings.read", "tasks.act"],
        created_at=cast.LEAVES,
        last_used_at=None if revoked else cast.LANDS,
        revoked_at=cast.LEAVES if revoked else None,
    )
