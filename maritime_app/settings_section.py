"""What every section of settings.toml is, and numbers of which no other makes sense."""

from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]  # 0: a free one
Count = Annotated[int, msgspec.Meta(ge=0)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Minutes = Annotated[float, msgspec.Meta(gt=0, le=10_080)]  # a week


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Unknown keys are refused; nothing changes after the start."""
