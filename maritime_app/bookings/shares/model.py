"""A link by which others may follow a journey."""

from datetime import datetime
from uuid import UUID

import msgspec


class Share(msgspec.Struct, frozen=True):
    """A link that was handed out and not revoked."""

    id: UUID
    booking_id: UUID
    created_at: datetime
