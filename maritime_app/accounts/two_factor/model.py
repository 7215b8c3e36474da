"""The second factor of a person, and what its forms send."""

from datetime import datetime

import msgspec


class CodeRequest(msgspec.Struct, frozen=True):
    """A code as somebody typed it."""

    code: str = ""


class PasswordAndCodeRequest(msgspec.Struct, frozen=True):
    """What changing the second factor takes; beginning with one takes the password only."""

    password: str = ""
    code: str = ""


class SecondFactorStatus(msgspec.Struct, frozen=True):
    """Since when somebody has one on (None: it is off), and how many recovery codes are unused."""

    since: datetime | None
    codes_left: int


class StoredSecondFactor(msgspec.Struct, frozen=True):
    """The sealed secret, since when it counts (None: not yet), and the unused recovery codes."""

    totp_secret: str | None
    totp_since: datetime | None
    codes_left: int
