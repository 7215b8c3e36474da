"""The drawing of a line over time."""

from datetime import date

from maritime_app.ports.statistics.chart import line_chart
from maritime_app.web.axes import Axes


def test_it_works() -> None:
    chart = line_chart(
        [(date(2023, 1, 1), 0.0), (date(2023, 7, 2), 50.0), (date(2024, 1, 1), 100.0)]
    )
    assert chart is not None
    points = [tuple(map(float, pair.split())) for pair in chart.line.removeprefix("M").split(" L")]
    assert points[0] == (Axes.left, Axes.bottom)
    assert points[-1] == chart.last == (Axes.right, Axes.top)
    assert abs(points[1][0] - (Axes.left + Axes.right) / 2) < 1
    assert [tick.text for tick in chart.axes.y_ticks] == ["0", "50", "100"]
    assert [tick.text for tick in chart.axes.x_ticks] == ["2023", "2024"]


def test_one_point_is_no_line() -> None:
    assert line_chart([]) is None
    assert line_chart([(date(2023, 1, 1), 5.0)]) is None


def test_nothing_leaves_the_drawing() -> None:
    for scale in (1e-6, 0.97, 12.0, 956.2, 1e9):
        days = [date(2006 + quarter // 4, quarter % 4 * 3 + 1, 1) for quarter in range(73)]
        chart = line_chart([(day, scale * (1 + number % 7)) for number, day in enumerate(days)])
        assert chart is not None
        for pair in chart.line.removeprefix("M").split(" L"):
            x, y = map(float, pair.split())
            assert Axes.left <= x <= Axes.right
            assert Axes.top <= y <= Axes.bottom
        assert 3 <= len(chart.axes.y_ticks) <= 7
        assert len(chart.axes.x_ticks) <= 10


def test_a_line_of_zeros_can_be_drawn() -> None:
    assert line_chart([(date(2023, 1, 1), 0.0), (date(2024, 1, 1), 0.0)]) is not None
