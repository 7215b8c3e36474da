"""Predicted arrivals as programs get them."""

from datetime import datetime

from msgspec import Struct

from maritime_app.vessels.api.schemas import PredictedArrival
from maritime_app.vessels.codes.ship_types import group_of
from maritime_app.vessels.model import Source, StationKind
from maritime_app.vessels.predictions.model import ListedPrediction, Refusal


class ExpectedArrival(Struct, frozen=True):
    """A ship on its way to a port."""

    mmsi: int
    ship: str | None
    type: str | None
    arrival: PredictedArrival
    source: str
    invented: bool


class ExpectedArrivals(Struct, frozen=True):
    """Who is on the way to a port, the soonest first."""

    port: str
    as_of: datetime
    arrivals: list[ExpectedArrival]


def predicted(listed: ListedPrediction) -> PredictedArrival:
    """Return a prediction for programs and pages."""
    prediction = listed.prediction
    return PredictedArrival(
        refusal=prediction.refusal,
        port=listed.port_code,
        port_name=listed.port_name,
        median_at=prediction.median_at,
        low_at=prediction.low_at,
        high_at=prediction.high_at,
        basis=prediction.basis,
        passages=prediction.passages,
        sample=prediction.sample,
        made_at=prediction.made_at,
        position_at=prediction.position_at,
        told_at=prediction.told_at,
    )


def refused(reason: Refusal) -> PredictedArrival:
    """Return that nothing is predicted, and why."""
    return PredictedArrival(refusal=reason)


def expected(listed: ListedPrediction) -> ExpectedArrival:
    """Return a ship on its way to a port."""
    source = Source(listed.prediction.source)
    kind = listed.ship_type
    return ExpectedArrival(
        mmsi=listed.prediction.mmsi,
        ship=listed.ship_name,
        type=None if kind is None else group_of(StationKind.CLASS_A, kind).code,
        arrival=predicted(listed),
        source=source.code,
        invented=source.invented,
    )
