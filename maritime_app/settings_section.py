"""What every section of settings.toml is."""

import msgspec


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Unknown keys are refused; nothing changes after the start."""
