"""What an invented search found, and the prices of a month around it."""

from calendar import Calendar
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, Final

from maritime_app.ferries.search.results import views
from maritime_app.money import Money
from maritime_app.ops.style_page import cast, timetables

_DAY: Final = date(2026, 6, 1)
_HERE: Final = "#results"
_NO_PRICE, _NOT_LOOKED_UP = "none", "unknown"


def pieces() -> dict[str, Any]:
    """Return what templates/ops/style_page/_days.html shows."""
    return {
        "month": _month(),
        "entered": _entered(),
        "areas": [("GR-M", "Κρήτη")],
        "party_names": views.PARTY,
        "results": {
            "search": _entered(),
            "origin": cast.PIRAEUS,
            "partial": [_missing("slow"), _missing("failed")],
            "connecting": [_missing("pending"), _missing("failed")],
            "retry_url": _HERE,
            "filters": _filters(),
            "ways": [_found_way(), _empty_way()],
            "all_answered": True,
            "as_of": cast.LEAVES,
        },
        "reached": SimpleNamespace(
            origin=cast.PIRAEUS,
            destinations=[
                _reachable(cast.HERAKLION, from_price=cast.PRICE, sold=True, not_asked=("NTL",)),
                _reachable(cast.ANCONA, from_price=None, sold=False, not_asked=()),
            ],
        ),
        "nowhere": SimpleNamespace(origin=cast.ANCONA, destinations=[]),
        "searched_lately": [(cast.PIRAEUS, cast.ANCONA)],
        **timetables.pieces(),
        "next_crossing": SimpleNamespace(**vars(cast.crossing()), search=_HERE),
    }


def _entered() -> dict[str, Any]:
    """Return a search as its form shows it again: several vehicles, and one error."""
    asked = {"from": "GRPIR", "to": "ITAOI", "date": _DAY.isoformat(), "vehicles": "car"}
    party = {"adults": "2", "ages": "4, 9", "pets": "1", "berths": "1", "resident_of": "GR-M"}
    return views.search_form(asked | party)


def _fare(kind: str, minor: int) -> SimpleNamespace | None:
    if kind == _NOT_LOOKED_UP:
        return None
    price = None if kind == _NO_PRICE else Money(minor, "EUR")
    return SimpleNamespace(price=price, not_asked=("NTL",) if kind == "at most" else ())


def _month() -> SimpleNamespace:
    """Return a month in the middle of which it is today."""
    kinds = ("price", "price", "at most", _NO_PRICE, _NOT_LOOKED_UP, "price")

    def shown(day: date) -> SimpleNamespace:
        if day.month != _DAY.month:
            return SimpleNamespace(date=None, is_lowest=False)
        url = _HERE if day.day > 7 else ""
        fare = _fare(kinds[day.day % len(kinds)], 9_900 + 350 * (day.day % 9))
        return SimpleNamespace(date=day, fare=fare, url=url, is_lowest=day.day == 18)

    weeks = Calendar().monthdatescalendar(_DAY.year, _DAY.month)
    return SimpleNamespace(
        first=_DAY,
        weeks=[[shown(day) for day in week] for week in weeks],
        earlier_url=_HERE,
        later_url=_HERE,
        here_url=_HERE,
        not_asked=["Northern Test Line"],
        refresh_seconds=20,
    )


def _missing(status: str) -> SimpleNamespace:
    return SimpleNamespace(status=status, name=cast.LINE.name)


def _filters() -> SimpleNamespace:
    def choices(*values: str) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(value=value, name=value, count=at + 1, checked=at == 0)
            for at, value in enumerate(values)
        ]

    return SimpleNamespace(
        sort="price",
        operators=choices("NTL", "AUR"),
        leaves=choices("night", "morning", "afternoon", "evening"),
        ships=choices("Aurora Borealis", "Aurora Australis"),
        hours=(2, 4, 8),
        longest_hours=8,
        has_cabins=True,
        cabin=True,
        has_changes=True,
        direct=False,
        bookable=False,
    )


def _way(direction: str, **known: Any) -> SimpleNamespace:
    usual = {
        "direction": direction,
        "date": _DAY,
        "origin": cast.PIRAEUS,
        "destination": cast.ANCONA,
        "days": [],
        "not_asked": [],
        "hidden": 0,
        "nearby": [],
        "near_ports": [],
        "month_url": "#month",
        "alert_url": _HERE,
        "sailings": [],
        "journeys": [],
        "can_be_chosen": True,
    }
    return SimpleNamespace(**(usual | known))


def _found_way() -> SimpleNamespace:
    kinds = ("price", _NO_PRICE, _NOT_LOOKED_UP, "at most", "price")
    days = [
        SimpleNamespace(
            date=_DAY + timedelta(days=at - 2),
            url=_HERE,
            current=at == 2,
            fare=_fare(kind, 9_900 + 1_250 * at),
        )
        for at, kind in enumerate(kinds)
    ]
    return _way(
        "out",
        days=days,
        not_asked=[cast.LINE.name],
        hidden=2,
        sailings=[
            cast.sailing("offer"),
            *(
                cast.sailing(
                    "cancelled" if boat.live and boat.live.is_off else "listed", listing=boat
                )
                for boat in timetables.listings()
            ),
        ],
        journeys=[
            _journey("together", "awaited"),
            _journey("together", "same_ship"),
            _journey("separately", "other_port"),
            _journey("listed", "change"),
        ],
    )


def _empty_way() -> SimpleNamespace:
    near = SimpleNamespace(
        origin=cast.HERAKLION,
        destination=cast.ANCONA,
        other=cast.HERAKLION,
        metres=310_000.0,
        url=_HERE,
    )
    nearby = [SimpleNamespace(date=_DAY + timedelta(days=1), url=_HERE)]
    return _way("back", nearby=nearby, near_ports=[near])


def _journey(sold: str, change: str) -> SimpleNamespace:
    """Return a journey of two sailings, with the ways to the first and from the last."""
    bedless = cast.sailing("offer", is_bedless=True, cabins=(), resident_discount=None)
    legs = [bedless, cast.sailing("offer", resident_discount=Money(0, "EUR"))]
    way = SimpleNamespace(origin=cast.PIRAEUS, destination=cast.HERAKLION, minutes=45)
    return SimpleNamespace(
        **vars(cast.crossing()),
        id=f"{sold}-{change}",
        sold=sold,
        price=cast.PRICE if sold == "together" else None,
        legs=legs,
        changes=[SimpleNamespace(minutes=75, kind=change)],
        has_change=change != "same_ship",
        access=way if change == "other_port" else None,
        egress=way if change == "other_port" else None,
    )


def _reachable(place: Any, **known: Any) -> SimpleNamespace:
    return SimpleNamespace(place=place, lon=25.1, lat=35.3, operators=[cast.LINE.name], **known)
