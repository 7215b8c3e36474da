"""The sections of the data that comes from outside: ships, weather, official statistics."""

from typing import Literal

from maritime_app.settings_section import Section


class AisStream(Section, frozen=True):
    """The ship feed."""

    url: str
    api_key: str
    boxes: tuple[tuple[tuple[float, float], tuple[float, float]], ...]


class AisHub(Section, frozen=True):
    """The second source that is pulled; `format` is 1 for readable values, 0 for AIS units."""

    base_url: str
    username: str
    format: Literal[0, 1]
    timeout_seconds: float


class Weather(Section, frozen=True):
    """Marine weather; `cells_per_day` bounds what the weather services are asked for."""

    marine_url: str
    wind_url: str
    openweather_url: str
    openweather_key: str
    cells_per_day: int
    timeout_seconds: float


class Vessels(Section, frozen=True):
    """Ship state, tracks and the live map; `mirror_url` speaks AISStream's protocol.

    `nmea_tcp` and `nmea_udp` are `host:port`: servers to connect to, and where to listen.
    `recording` is a file that is played, FILE or FILE@SPEED.
    """

    mirror_url: str
    nmea_tcp: tuple[str, ...]
    nmea_udp: tuple[str, ...]
    recording: str

    tick_seconds: float
    batch_size: int
    batch_ms: int
    silent_after_seconds: float
    thin_metres: float
    keep_days: int
    max_sockets: int
    max_sockets_per_address: int
    webhooks_anywhere: bool


class WarningsList(Section, frozen=True):
    """A list of warnings to ships that is pulled (GeoJSON, CAP or the NGA's JSON).

    `publisher` and `kind` hold where it names none.
    """

    url: str
    publisher: str
    kind: str
    timeout_seconds: float


class Unctad(Section, frozen=True):
    """Official statistics."""

    base_url: str
    query_url: str
    client_id: str
    client_secret: str
    pause_seconds: float
    timeout_seconds: float

    @property
    def keyed(self) -> bool:
        """Whether both keys of the query API are set."""
        return bool(self.client_id and self.client_secret)


class PortWatch(Section, frozen=True):
    """Daily port calls and disruptions by IMF PortWatch; `ports_per_day` bounds what is asked."""

    base_url: str
    pause_seconds: float
    ports_per_day: int
    timeout_seconds: float


class Cppi(Section, frozen=True):
    """The World Bank's Container Port Performance Index: the address of its annex (.xlsx)."""

    url: str
    timeout_seconds: float
