"""From errors that were made to an interval that is kept: split conformal prediction. Pure.

Lei et al., "Distribution-free predictive inference for regression" (JASA, 2018): ranks among n
earlier errors, corrected for n + 1, bound the next error with the wanted probability.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from statistics import median
from typing import Final

from maritime_app.vessels.predictions.model import FEWEST, HORIZON_HOURS, SAMPLE_HOURS, Calibration

_TAIL: Final = 0.1  # on each side of 80 %
_NEWEST: Final = 100


def horizon_of(seconds: float) -> int:
    """Return which of the horizons a time to the arrival lies in, from 0 (below two hours)."""
    return bisect_right(HORIZON_HOURS, seconds / 3600)


def mark_of(seconds: float) -> int:
    """Return which sample of its voyage a time to the arrival falls into, from 0 (the last)."""
    return bisect_right(SAMPLE_HOURS, seconds / 3600)


def share_missed(estimated_seconds: float, actual_seconds: float) -> float:
    """Return the error of an estimate as a share of its length; late arrivals are positive."""
    return (actual_seconds - estimated_seconds) / max(60.0, estimated_seconds)


def calibrate(errors: Sequence[tuple[object, float]]) -> Calibration | int:
    """Return the calibration out of (voyage, share missed), oldest first; below 30 voyages, how
    many there are.

    The newest 100 voyages count: estimates get better, and older errors would widen the interval.
    Errors of one voyage repeat one another, so ranks are corrected for the number of voyages.
    """
    voyages = list(dict.fromkeys(voyage for voyage, _ in reversed(errors)))[:_NEWEST]
    if len(voyages) < FEWEST:
        return len(voyages)
    counted = set(voyages)
    shares = sorted(share for voyage, share in errors if voyage in counted)
    low, high = _bounds(shares, len(voyages))
    return Calibration(median(shares), low, high, len(voyages))


def _bounds(shares: Sequence[float], voyages: int) -> tuple[float, float]:
    low = math.floor(_TAIL * (voyages + 1)) / voyages
    high = math.ceil((1 - _TAIL) * (voyages + 1)) / voyages
    count = len(shares)
    return shares[max(1, math.ceil(low * count)) - 1], shares[
        min(count, math.ceil(high * count)) - 1
    ]
