"""What an added extra is called, and how it is asked for."""

from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.ferries.extras import ExtraCode
from maritime_app.ferries.planning.model import Code
from maritime_app.text.unseen import SEEN_TEXT

MOST_KINDS = 30  # of an operator: a price list has a row for each
ExtraName = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=40,
        pattern=SEEN_TEXT,
        examples=["Parking at the port"],
    ),
]
_Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}(?![\s\S])", examples=["en"])]


class AddedExtra(msgspec.Struct, frozen=True):
    """An extra that an operator has added; `names` by language, `lists` how many price lists sell
    it: one that none sells can be taken back.
    """

    code: ExtraCode
    operator_code: str
    operator_name: str
    names: dict[str, str]
    lists: int


class AddedExtras(msgspec.Struct, frozen=True):
    """All that have been added."""

    extras: tuple[AddedExtra, ...]


class HouseOperator(msgspec.Struct, frozen=True):
    """An operator whose places are sold from here."""

    id: UUID
    code: str
    name: str
    currency: str | None


class AddExtraRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An extra of an operator, to be sold by its price lists. `names` by language: in English, and
    in any other language of the pages; where one lacks, the English name is shown.
    """

    operator: Code
    names: Annotated[dict[_Language, ExtraName], msgspec.Meta(min_length=1, max_length=20)]
