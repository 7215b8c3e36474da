"""The change of a booking that has not ended, as it is read with the booking."""

from datetime import datetime
from enum import StrEnum

import msgspec


class ChangeStatus(StrEnum):
    """Where a change stands (see changes/states.py)."""

    HELD = "held"  # its places wait for an answer, or for money
    ACCEPTED = "accepted"  # operators are asked
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REFUSED = "refused"  # an operator would not have it; the booking is as it was


class ChangeOrigin(StrEnum):
    """Who began a change."""

    CUSTOMER = "customer"
    STAFF = "staff"
    DISRUPTION = "disruption"  # a held place on another sailing, offered without being asked for


class OpenChange(msgspec.Struct, frozen=True):
    """The change of a booking that has not ended: `due_minor` is to be paid (negative: goes back).

    Until it is carried out, the booking stays as it is.
    """

    origin: ChangeOrigin
    status: ChangeStatus
    due_minor: int
    expires_at: datetime

    @property
    def waits_for_money(self) -> bool:
        """Return whether it is carried out once it is paid."""
        held = self.status is ChangeStatus.HELD and self.due_minor > 0
        return held and self.origin is not ChangeOrigin.DISRUPTION

    @property
    def offers_places(self) -> bool:
        """Return whether it holds places on another sailing, for whoever cannot sail as booked."""
        return self.origin is ChangeOrigin.DISRUPTION and self.status is ChangeStatus.HELD
