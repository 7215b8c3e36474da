"""Places of a sailing that somebody has."""

from uuid import UUID

import msgspec


class Reserved(msgspec.Struct, frozen=True):
    """So much of one resource (`passenger`, `lane_cm`, `cabin:<type>`, `pet`) of one sailing."""

    sailing_id: UUID
    resource: str
    quantity: int
