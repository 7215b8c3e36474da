"""What every section of settings.toml is, and values of which no other makes sense.

A bound is where a value cannot be meant: it would erase what is still needed, spin, or never end.
"""

from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]  # 0: a free one
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Pause = Annotated[float, msgspec.Meta(ge=0, le=86_400)]  # seconds; 0: none
Minutes = Annotated[float, msgspec.Meta(gt=0, le=10_080)]  # a week
WholeMinutes = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
Url = Annotated[
    str,
    msgspec.Meta(pattern=r"^(https?://[^\s/]\S*)?$", description="write it as https://example.org"),
]
MailAddress = Annotated[
    str,
    msgspec.Meta(pattern=r"^([^@\s]+@[^@\s]+)?$", description="write it as name@example.org"),
]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Unknown keys are refused; nothing changes after the start."""
