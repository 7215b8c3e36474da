"""Positions on the sphere: distance, bearing, destination, boxes.

Degrees, metres, WGS 84 mean radius.
"""

import math

from msgspec import Struct

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_NAUTICAL_MILE = 1_852
METRES_PER_DEGREE = 111_195.0  # of latitude, or of longitude at the equator


class Position(Struct, frozen=True):
    """A point in degrees: latitude north, longitude east."""

    lat: float
    lon: float


class Box(Struct, frozen=True):
    """A rectangle in degrees; lon_min > lon_max means that it crosses the antimeridian."""

    lat_min: float
    lat_max: float
    lon_min: float
    lon_max: float

    def contains(self, lat: float, lon: float) -> bool:
        """Whether the point lies inside or on the edge."""
        if not self.lat_min <= lat <= self.lat_max:
            return False
        if self.lon_min <= self.lon_max:
            return self.lon_min <= lon <= self.lon_max
        return lon >= self.lon_min or lon <= self.lon_max


def distance_m(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Great-circle distance in metres by the haversine formula (error up to 0.5 % on the
    ellipsoid).
    """
    phi_a, phi_b = math.radians(a_lat), math.radians(b_lat)
    half_lat = math.sin((phi_b - phi_a) / 2)
    half_lon = math.sin(math.radians(b_lon - a_lon) / 2)
    chord = half_lat * half_lat + math.cos(phi_a) * math.cos(phi_b) * half_lon * half_lon
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def bearing_deg(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Initial great-circle course from a to b, 0 <= degrees < 360, clockwise from north."""
    phi_a, phi_b = math.radians(a_lat), math.radians(b_lat)
    d_lon = math.radians(b_lon - a_lon)
    east = math.sin(d_lon) * math.cos(phi_b)
    north = math.cos(phi_a) * math.sin(phi_b) - math.sin(phi_a) * math.cos(phi_b) * math.cos(d_lon)
    return math.degrees(math.atan2(east, north)) % 360.0


def destination(lat: float, lon: float, bearing: float, metres: float) -> Position:
    """Where a great circle of that length and initial course ends; longitude in [-180, 180)."""
    phi, lam, theta = math.radians(lat), math.radians(lon), math.radians(bearing)
    delta = metres / EARTH_RADIUS_M
    sin_phi = math.sin(phi) * math.cos(delta) + math.cos(phi) * math.sin(delta) * math.cos(theta)
    phi_b = math.asin(max(-1.0, min(1.0, sin_phi)))
    east = math.sin(theta) * math.sin(delta) * math.cos(phi)
    lam_b = lam + math.atan2(east, math.cos(delta) - math.sin(phi) * sin_phi)
    return Position(math.degrees(phi_b), (math.degrees(lam_b) + 540.0) % 360.0 - 180.0)
