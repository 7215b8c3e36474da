"""Pure: what staff may set to other numbers than the settings: limits, and budgets."""

from maritime_app.settings.model import Settings
from maritime_app.web.limits.adjusted import AdjustedLimit

# Of unpaid places, see bookings/unpaid.
_BUDGETS = (
    "unpaid_per_address",
    "unpaid_per_contact",
    "unpaid_per_sailing",
    "unpaid_per_payment",
    "unpaid_per_token",
)


def limits_of(settings: Settings) -> dict[str, AdjustedLimit]:
    """Return every limit and budget as the settings have it, by name."""
    limits = [
        AdjustedLimit(name, *getattr(settings.limits, name))
        for name in settings.limits.__struct_fields__
    ]
    budgets = [AdjustedLimit(name, getattr(settings.bookings, name), None) for name in _BUDGETS]
    return {one.name: one for one in (*limits, *budgets)}
