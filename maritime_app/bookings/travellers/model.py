"""What passengers may say of themselves beside their names."""

from enum import StrEnum


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
