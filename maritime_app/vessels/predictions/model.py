"""What is predicted of a ship's arrival, what it rests on, and why nothing is."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

FEWEST: Final = 30  # passages, and scored predictions, below which nothing is said
FEWEST_ON_A_LANE: Final = 3
# Bounds between horizons in hours: 0 to 2, 2 to 6, 6 to 24, over 24.
HORIZON_HOURS: Final = (2.0, 6.0, 24.0)
# A voyage is sampled once when it comes into each of these (hours before arrival).
SAMPLE_HOURS: Final = (0.5, 1.0, 2.0, 4.0, 6.0, 12.0, 24.0, 48.0)
LONGEST: Final = timedelta(days=14)
# A prediction holds as long as the job that makes it may be late.
HOLDS: Final = timedelta(minutes=10)


class Basis(StrEnum):
    """What a prediction rests on. Stored."""

    PASSAGES = "passages"  # 30 or more earlier passages through the same cell to the same port
    LANE = "lane"  # the length of fewer earlier passages, at present speed
    SEA_LANE = "sea_lane"  # the shortest way by sea, round the land, at present speed
    GREAT_CIRCLE = "great_circle"  # the shortest way at present speed
    TIMETABLE = "timetable"  # a ferry's timetable and the share of the way that it has made


class Refusal(StrEnum):
    """Why nothing is predicted. Stored."""

    NO_DESTINATION = "no_destination"  # none told, or it names no port that is known
    DISTRUSTED = "distrusted_position"
    STALE = "stale_position"
    NOT_UNDER_WAY = "not_under_way"
    NOT_YET = "not_predicted_yet"  # the job has not come round, or its destination is no port
    TOO_FEW = "too_few_scored"  # fewer than 30 scored predictions of this basis and horizon


class Outcome(StrEnum):
    """What became of a sampled prediction. Stored."""

    ARRIVED = "arrived"
    DIVERTED = "diverted"  # the ship stopped at another port first
    UNSEEN = "unseen"  # no arrival anywhere within 14 days after the predicted time


class VoyageState(Struct, frozen=True):
    """Where a ship on its way is: degrees, knots; `group` is a ship_types.ShipGroup's number."""

    mmsi: int
    group: int
    lat: float
    lon: float
    knots: float
    at: datetime


class Usual(Struct, frozen=True):
    """What earlier passages to a port did from the middle of a cell on: medians of `passages`.

    Seconds and metres to the arrival, degrees of the middle, knots and course there.
    """

    passages: int
    seconds: float
    metres: float
    lat: float
    lon: float
    knots: float
    course_deg: float


class KnownVoyage(Struct, frozen=True):
    """A voyage that a timetable knows: where to, and the times that hold now; degrees."""

    mmsi: int
    port_code: str
    origin_lat: float
    origin_lon: float
    departs_at: datetime
    arrives_at: datetime


class Estimate(Struct, frozen=True):
    """Seconds to the arrival before calibration, out of `passages` earlier ones."""

    basis: Basis
    seconds: float
    passages: int


class Calibration(Struct, frozen=True):
    """How wrong earlier estimates were, as shares of the time that they gave.

    `low` and `high` bound 80 % of them, out of `sample` voyages.
    """

    middle: float
    low: float
    high: float
    sample: int


class Prediction(Struct, frozen=True):
    """The arrival of a ship at a port: median and bounds of 80 %; all null with a `refusal`.

    `estimate_at` is the estimate before calibration, `sample` the scored voyages behind the
    interval. `great_circle_at` (the shortest way at present speed) and `told_at` (the ship's own
    ETA) are what it is measured against.
    """

    mmsi: int
    port_id: UUID | None
    made_at: datetime
    position_at: datetime
    source: int
    refusal: Refusal | None = None
    basis: Basis | None = None
    passages: int = 0
    sample: int = 0
    estimate_at: datetime | None = None
    median_at: datetime | None = None
    low_at: datetime | None = None
    high_at: datetime | None = None
    great_circle_at: datetime | None = None
    told_at: datetime | None = None


class ListedPrediction(Struct, frozen=True):
    """A prediction with the names of its port and ship."""

    prediction: Prediction
    port_code: str | None
    port_name: str | None
    port_timezone: str | None
    ship_name: str | None
    ship_type: int | None
