"""What travellers say of themselves, where they are written to, and what they drive."""

from enum import StrEnum
from typing import Annotated

import msgspec

from maritime_app.ferries.model import AREA
from maritime_app.names import countries
from maritime_app.text.unseen import SEEN_NAME, SEEN_TEXT

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=SEEN_NAME)]
Email = Annotated[
    str,
    msgspec.Meta(
        max_length=254,
        pattern=r"^[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\".,;]{2,}(?![\s\S])",
        examples=["ada@example.org"],
    ),
]
CountryCode = Annotated[
    str,
    msgspec.Meta(pattern=rf"^(?:{'|'.join(sorted(countries.ALPHA_2))})(?![\s\S])", examples=["GR"]),
]
AreaCode = Annotated[str, msgspec.Meta(pattern=rf"^{AREA}(?![\s\S])", examples=["GR-M"])]
Plate = Annotated[str, msgspec.Meta(max_length=16, pattern=rf"(?:^(?![\s\S])|{SEEN_TEXT})")]


class Gender(StrEnum):
    """What a passenger list says (Directive 98/41/EC, article 5)."""

    FEMALE = "female"
    MALE = "male"
    UNSPECIFIED = "unspecified"


class AssistanceKind(StrEnum):
    """Help that a passenger asks for: Regulation (EU) 1177/2010, article 11, annexes II, III."""

    WHEELCHAIR = "wheelchair"  # the passenger's own, also as cargo
    WHEELCHAIR_LENT = "wheelchair_lent"  # to be lent one on the way aboard
    WALKING = "walking"  # stairs or long ways
    SEEING = "seeing"
    HEARING = "hearing"
    UNDERSTANDING = "understanding"
    ASSISTANCE_DOG = "assistance_dog"
    MEDICAL = "medical"  # medical equipment
    OTHER = "other"
