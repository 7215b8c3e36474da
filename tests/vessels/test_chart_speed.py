"""A ship's speed over the last day, as a drawing on its page."""

from datetime import UTC, datetime, timedelta

from maritime_app.vessels.api.schemas import VesselTrack, VesselTrackPoint
from maritime_app.vessels.tracks.geometry import FIELDS
from maritime_app.vessels.tracks.speed_chart import SpeedChart, speed_chart

SINCE = datetime(2026, 8, 19, 13, 30, tzinfo=UTC)


def charted(*pieces: list[tuple[float, float | None]]) -> SpeedChart | None:
    """The chart of pieces of (hours since, knots)."""
    return speed_chart(
        VesselTrack(
            mmsi=239222000,
            since=SINCE,
            until=SINCE + timedelta(hours=24),
            points=sum(map(len, pieces)),
            truncated=False,
            fields=FIELDS,
            pieces=[[point(*each) for each in piece] for piece in pieces],
            hypotheses=[0] * len(pieces),
            held_since=None,
        )
    )


def point(hours: float, knots: float | None) -> VesselTrackPoint:
    at = SINCE + timedelta(hours=hours)
    return VesselTrackPoint(at, 37.0, 23.0, knots, None, None, None)


def places(line: str) -> list[tuple[float, ...]]:
    return [tuple(map(float, pair.split())) for pair in line.removeprefix("M").split(" L")]


def test_it_works():
    chart = charted([(0, 0.0), (12, 20.0), (24, 10.0)])
    assert chart is not None
    axes = chart.axes
    middle = (axes.left + axes.right) / 2
    assert places(chart.line)[0] == (axes.left, axes.bottom)
    assert places(chart.line)[1] == (middle, axes.top)
    assert places(chart.line)[2] == (axes.right, (axes.top + axes.bottom) / 2)
    assert chart.fastest_knots == 20.0
    assert [tick.text for tick in axes.x_ticks] == [
        "16:00",
        "20:00",
        "00:00",
        "04:00",
        "08:00",
        "12:00",
    ]


def test_nothing_is_drawn_where_nothing_was_heard():
    chart = charted([(0, 9.0), (1, 9.0)], [(5, 9.0), (6, None), (7, 9.0), (8, 9.0)])
    assert chart is not None
    assert chart.line.count("M") == 3  # a gap of the track, and a point without a speed


def test_the_day_is_the_width_however_little_was_heard():
    chart = charted([(6, 9.0), (12, 9.0)])
    assert chart is not None
    left, right = chart.axes.left, chart.axes.right
    assert [x for x, _ in places(chart.line)] == [left + (right - left) / 4, (left + right) / 2]


def test_a_ship_at_its_berth_is_a_line_at_the_bottom():
    chart = charted([(0, 0.0), (24, 0.0)])
    assert chart is not None
    assert {y for _, y in places(chart.line)} == {chart.axes.bottom}


def test_less_than_two_speeds_are_no_chart():
    assert charted() is None
    assert charted([(1, 8.0)]) is None
    assert charted([(1, None), (2, None), (3, 8.0)]) is None
