"""The sections of settings.toml for travellers: who helps them, what is kept of them."""

from typing import Annotated

import msgspec

from maritime_app.settings_section import Section

_Address = Annotated[str, msgspec.Meta(pattern=r"^([^@\s]+@[^@\s]+)?$")]
_Telephone = Annotated[str, msgspec.Meta(pattern=r"^(\+[0-9][0-9 ]{5,24})?$")]


class Support(Section, frozen=True):
    """Where people reach a person; what is empty is not offered."""

    email: _Address
    phone: _Telephone
    hours: str

    @property
    def is_there(self) -> bool:
        """Whether anybody can be written to or called."""
        return bool(self.email or self.phone)


class Privacy(Section, frozen=True):
    """When personal data is erased."""

    documents_days: int
    personal_days: int
