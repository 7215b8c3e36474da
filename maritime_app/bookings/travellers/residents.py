"""Pure: the question where passengers live, as forms ask it of each."""

from collections.abc import Iterable

import msgspec

from maritime_app import formatting
from maritime_app.bookings.travellers.words import proof_of
from maritime_app.ferries.model import ResidentDiscount
from maritime_app.i18n import translate as _

# Says of somebody who is booked that no fare knows where they live: an empty field says nothing.
NOWHERE = "none"


class ResidentsQuestion(msgspec.Struct, frozen=True):
    """What may be answered, and what each answer gives and asks for."""

    areas: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    def options(self, elsewhere: str = "") -> list[tuple[str, str]]:
        """Return the answers; `elsewhere` stands for no area of these."""
        return [(elsewhere, _("Elsewhere")), *self.areas]


def residents_question(discounts: Iterable[ResidentDiscount]) -> ResidentsQuestion | None:
    """Return the question for crossings with these discounts; None where there are none."""
    different = sorted(set(discounts), key=lambda one: (one.area, one.percent))
    if not different:
        return None
    areas = {one.area: formatting.area_name(one.area) for one in different}
    return ResidentsQuestion(
        areas=tuple(areas.items()),
        notes=tuple(_note(discount) for discount in different),
    )


def _note(discount: ResidentDiscount) -> str:
    return _("%(area)s: %(percent)s %% less for passengers. At check-in show: %(proof)s.") % {
        "area": formatting.area_name(discount.area),
        "percent": discount.percent,
        "proof": proof_of(discount),
    }
