"""Why nothing is predicted of a ship, and what is. Pure."""

from typing import Final

from maritime_app.vessels.api.schemas import PredictedArrival, VesselPosition
from maritime_app.vessels.codes.flags import DISTRUSTED, FLAG_CODES, Flag
from maritime_app.vessels.predictions.estimates import LEAST_KNOTS
from maritime_app.vessels.predictions.model import ListedPrediction, Refusal
from maritime_app.vessels.predictions.responses import predicted, refused

_DISTRUSTED_CODES: Final = frozenset(
    code for bit, code in FLAG_CODES.items() if bit & (DISTRUSTED | Flag.SHARED_NUMBER)
)


def predicted_arrival(
    position: VesselPosition | None, destination: str | None, listed: ListedPrediction | None
) -> PredictedArrival | None:
    """Return what is predicted of a ship, or why nothing is; None for a ship without a position.

    A prediction that was made before the position became doubtful or old is shown no more.
    """
    if position is None:
        return None
    if not _DISTRUSTED_CODES.isdisjoint(position.flags):
        return refused(Refusal.DISTRUSTED)
    if position.stale:
        return refused(Refusal.STALE)
    if (position.sog_knots or 0.0) < LEAST_KNOTS:
        return refused(Refusal.NOT_UNDER_WAY)
    if listed is not None:
        return predicted(listed)
    return refused(Refusal.NOT_YET if destination else Refusal.NO_DESTINATION)
