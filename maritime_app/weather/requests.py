"""What may be asked about the weather."""

from datetime import datetime

from msgspec import Struct

from maritime_app.errors import Invalid
from maritime_app.weather.crossing import Crossing


class MarineWeatherRequest(Struct, frozen=True, kw_only=True):
    """A place in degrees (`lon` is understood as well as `lng`), and a time for the forecast."""

    lat: float | None = None
    lng: float | None = None
    lon: float | None = None
    at: datetime | None = None

    def place(self) -> tuple[float, float]:
        """Return latitude and longitude; raise Invalid naming what is missing."""
        lng = self.lng if self.lng is not None else self.lon
        missing = [name for name, value in (("lat", self.lat), ("lng", lng)) if value is None]
        if self.lat is None or lng is None:
            wrong = dict.fromkeys(missing, "This is required, in degrees.")
            raise Invalid("Please say where.", wrong)
        return self.lat, lng


class CrossingWeatherRequest(Struct, frozen=True, kw_only=True):
    """A crossing: both ends in degrees, departure and arrival with their offset from UTC."""

    from_lat: float
    from_lng: float
    to_lat: float
    to_lng: float
    departs: datetime
    arrives: datetime

    def crossing(self) -> Crossing:
        """Return the crossing; raise Invalid for times without an offset."""
        times = {"departs": self.departs, "arrives": self.arrives}
        bare = [name for name, at in times.items() if at.tzinfo is None]
        if bare:
            wrong = dict.fromkeys(bare, "This needs an offset from UTC, such as Z or +02:00.")
            raise Invalid("Please say in which time zone.", wrong)
        origin, destination = (self.from_lat, self.from_lng), (self.to_lat, self.to_lng)
        return Crossing(origin, destination, self.departs, self.arrives)
