"""Pieces of the booking form that change with every step, of an invented party."""

from types import SimpleNamespace
from typing import Any, Final

from maritime_app.money import Money
from maritime_app.ops.style_page import cast

_PRICE: Final = Money(1_500, "EUR")


def pieces() -> dict[str, Any]:
    """Return what templates/ops/style_page/_forms.html shows."""
    lines = [SimpleNamespace(leg=1, item="adult", quantity=2, amount=cast.PRICE)]
    return {
        "cabin_choice": SimpleNamespace(
            has_beds=True,
            has_seats=True,
            without_berth=1,
            fewer_berths=True,
            people=3,
            proposals=[_cabins(1), _cabins(2)],
        ),
        "extra_legs": [_leg()],
        "quote": SimpleNamespace(refusal="", lines=lines, total=cast.PRICE),
        "refused_quote": SimpleNamespace(lines=lines, total=cast.PRICE),
        "residents": SimpleNamespace(notes=["Κρήτη: −25 %"]),
        "buyer": SimpleNamespace(company="Aurora", address="Piraeus", vat_id="EL0"),
        "next_steps": SimpleNamespace(book_again="#forms", search="#forms"),
    }


def _cabins(number: int) -> SimpleNamespace:
    cabins = (("inside2", number), ("outside4", 1))
    return SimpleNamespace(cabins=cabins, price=cast.PRICE, act=f"{number}", is_chosen=number == 1)


def _leg() -> SimpleNamespace:
    """Return a leg with an extra of each unit: few left, none left, any number."""
    sold = (
        ("parking", "vehicle", 3, 1, "1"),
        ("meal", "person", None, 4, "2"),
        ("wifi", "booking", 0, 0, ""),
    )
    extras = [
        SimpleNamespace(kind=kind, unit=unit, left=left, most=most, chosen=chosen, price=_PRICE)
        for kind, unit, left, most, chosen in sold
    ]
    return SimpleNamespace(**vars(cast.crossing()), extras=extras)
