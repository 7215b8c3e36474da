"""Tracks are thinned by dead reckoning: few points, and none that matters is missing."""

from maritime_app.geo import destination, distance_m
from maritime_app.vessels.model import Motion, Source, TrackPoint
from maritime_app.vessels.tracks.thinning import Thinner
from tests.vessels.frames import AURORA, NOON_MS


def ms(point):
    return round(point.at.timestamp() * 1000)


def sail(turns_at, minutes):
    """A ship at 12 knots that turns 90 degrees to starboard at these minutes.

    Its reports, one each 10 s.
    """
    lat, lon, course, reports = 37.0, 25.0, 0.0, []
    for step in range(minutes * 6):
        if step and step % 6 == 0 and step // 6 in turns_at:
            course += 90.0
        reports.append((NOON_MS + step * 10_000, Motion(lat, lon, 12.0, course % 360)))
        here = destination(lat, lon, course, 12 * 1852 / 360)
        lat, lon = here.lat, here.lon
    return reports


def test_a_straight_course_needs_few_points_and_a_turn_is_stored():
    for turns, most in (((), 4), ((7,), 7)):
        thinner, points = Thinner(AURORA), list[TrackPoint]()
        for at_ms, motion in sail(turns, 15):
            thinner.offer(at_ms, motion, Source.AISSTREAM, 50.0, points)
        assert 2 <= len(points) <= most
        assert any(point.cog_deg == 90.0 for point in points) == bool(turns)


def test_what_is_not_stored_can_be_reckoned():
    reports, thinner, points = sail((3, 7, 9), 15), Thinner(AURORA), list[TrackPoint]()
    for at_ms, motion in reports:
        thinner.offer(at_ms, motion, Source.AISSTREAM, 50.0, points)
        last = points[-1]
        sailed_m = 12 * 1852 / 3600 * (at_ms - ms(last)) / 1000
        expected = destination(last.lat, last.lon, last.cog_deg or 0.0, sailed_m)
        assert distance_m(expected.lat, expected.lon, motion.lat, motion.lon) < 55.0


def test_the_end_of_a_stay_is_stored_when_the_ship_leaves():
    thinner, points = Thinner(AURORA), list[TrackPoint]()
    for step in range(60):
        thinner.offer(
            NOON_MS + step * 10_000, Motion(37.0, 25.0, 0.0), Source.AISSTREAM, 50.0, points
        )
    left = Motion(37.002, 25.0, 9.0, 0.0)
    thinner.offer(NOON_MS + 600_000, left, Source.AISSTREAM, 50.0, points)
    assert [ms(point) - NOON_MS for point in points] == [0, 590_000, 600_000]
