"""A vehicle model: what its maker says it measures."""

from typing import Annotated

import msgspec

from maritime_app.ferries.model import VehicleKind


class VehicleModel(msgspec.Struct, frozen=True):
    """A model of a maker since that year; outer measures without mirrors, weight ready to drive."""

    kind: VehicleKind
    make: str
    model: str
    since: int
    length_cm: int
    width_cm: int
    height_cm: int
    weight_kg: int

    @property
    def name(self) -> str:
        """Return what it is called in lists: "Volkswagen Golf (2019)"."""
        return f"{self.make} {self.model} ({self.since})"


class VehicleModelRequest(msgspec.Struct, frozen=True):
    """What is known of the name; empty for all of them."""

    q: Annotated[str, msgspec.Meta(max_length=80)] = ""
    kind: VehicleKind | None = None


class VehicleModelsResponse(msgspec.Struct, frozen=True):
    """The models whose names have all the words, by make and model, and whose figures they are."""

    models: tuple[VehicleModel, ...]
    source: str
