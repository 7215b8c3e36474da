"""A ship's speed over a stretch of its track, as an SVG drawing. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from maritime_app.vessels.api.schemas import VesselTrack
from maritime_app.vessels.tracks.geometry import Piece
from maritime_app.web.axes import Axes, path

_HOURS_BETWEEN_MARKS = 4


class SpeedChart(Struct, frozen=True):
    """Everything an SVG template needs; `line` is path data, open where nothing was heard."""

    axes: Axes[datetime]
    line: str
    fastest_knots: float


def speed_chart(track: VesselTrack) -> SpeedChart | None:
    """Return the speeds (knots) that a ship reported; None where it reported less than two.

    Nothing is drawn between two pieces of the track, nor across a point without a speed.
    """
    runs = [run for piece in track.pieces for run in _runs(piece)]
    speeds = [speed for run in runs for _, speed in run]
    if len(speeds) < 2:
        return None
    marks = tuple(_marks(track.since, track.until))
    axes = Axes(track.since, track.until, max(speeds), marks)
    lines = [path([(axes.x(at), axes.y(speed)) for at, speed in run]) for run in runs]
    return SpeedChart(axes, " ".join(lines), max(speeds))


def _runs(piece: Piece) -> Iterable[Sequence[tuple[datetime, float]]]:
    run: list[tuple[datetime, float]] = []
    for point in piece:
        if point.sog_knots is not None:
            run.append((point.at, point.sog_knots))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _marks(since: datetime, until: datetime) -> Iterable[tuple[datetime, str]]:
    """Yield full hours (UTC) in between, four apart, each with its time of day."""
    hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while (hour := hour + timedelta(hours=1)) <= until:
        if hour.hour % _HOURS_BETWEEN_MARKS == 0:
            yield hour, f"{hour:%H:%M}"
