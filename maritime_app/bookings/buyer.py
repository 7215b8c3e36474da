"""To whom a booking is invoiced."""

from typing import Annotated

import msgspec


class Buyer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom is invoiced: a name or a company, a postal address in lines, a VAT number."""

    name: Annotated[str, msgspec.Meta(max_length=170)] = ""
    company: Annotated[str, msgspec.Meta(max_length=160)] = ""
    address: Annotated[str, msgspec.Meta(max_length=400)] = ""
    vat_id: Annotated[str, msgspec.Meta(max_length=24)] = ""

    @property
    def text(self) -> str:
        """Return the lines of an address field."""
        return "\n".join(part for part in (self.company, self.name, self.address) if part)
