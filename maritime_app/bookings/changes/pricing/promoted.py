"""Pure: what the promo code of a booking takes off a leg that changes.

When the code could be used is asked of the day of the booking: whoever changes it keeps the code,
also one that has ended or is used up since. For which days and routes it is, it says of a new
sailing as of any other; on its own sailing a leg keeps it.
"""

from collections.abc import Sequence

from msgspec import Struct

from maritime_app.errors import Invalid
from maritime_app.ferries.fares.rules import RESIDENT
from maritime_app.ferries.model import PriceLine, Sailing
from maritime_app.ferries.promotions import rules
from maritime_app.ferries.promotions.model import Promotion
from maritime_app.i18n import translate as _


class Paid(Struct, frozen=True):
    """What was paid for a leg, and the promo code that the booking was made with."""

    lines: tuple[PriceLine, ...] = ()
    promotion: Promotion | None = None

    def stays(self, lines: Sequence[PriceLine]) -> tuple[PriceLine, ...]:
        """Return the lines of the leg on its own sailing, with what its code takes off."""
        if not any(rules.is_promotion(line.item) for line in self.lines):
            return tuple(lines)
        return self._promoted(lines)

    def goes(self, sailing: Sailing, lines: Sequence[PriceLine]) -> tuple[PriceLine, ...]:
        """Return the lines of the leg on another sailing, or of a new leg."""
        if self.promotion is None or not rules.is_for(self.promotion, sailing):
            return tuple(lines)
        return self._promoted(lines)

    def _promoted(self, lines: Sequence[PriceLine]) -> tuple[PriceLine, ...]:
        code = self.promotion
        if code is None:
            return tuple(lines)
        if not code.with_residents and any(one.item.startswith(RESIDENT) for one in lines):
            words = _("This promo code cannot be used beside the residents' discount.")
            raise Invalid(words, {"passengers": words}, code="promo_code_residents")
        worth_minor = rules.earned_minor(lines)
        taken_minor = min(taken_off_minor(self.lines), worth_minor)
        if code.percent is not None:
            taken_minor = worth_minor * code.percent // 100
        return (*lines, rules.line(code.code, taken_minor)) if taken_minor else tuple(lines)


def taken_off_minor(lines: Sequence[PriceLine]) -> int:
    """Return what a promo code takes off these lines."""
    return -sum(line.amount_minor for line in lines if rules.is_promotion(line.item))
