"""The sections of the data that comes from outside: ships, weather, official statistics."""

from typing import Annotated, Literal

import msgspec

from maritime_app.settings.section import (
    AtLeastOne,
    Count,
    Days,
    Pause,
    Seconds,
    Section,
    Url,
)

_SocketUrl = Annotated[
    str,
    msgspec.Meta(pattern=r"^(wss?://[^\s/]\S*)?$", description="write it as wss://example.org"),
]
_Receivers = Annotated[
    tuple[Annotated[str, msgspec.Meta(pattern=r"^\S+:[0-9]{1,5}$")], ...],
    msgspec.Meta(description="write each as host:port"),
]
_Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
_Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
_Corner = tuple[_Latitude, _Longitude]


class AisStream(Section, frozen=True):
    """The ship feed."""

    url: _SocketUrl
    api_key: str
    boxes: tuple[tuple[_Corner, _Corner], ...]


class AisHub(Section, frozen=True):
    """The second source that is pulled; `format` is 1 for readable values, 0 for AIS units."""

    base_url: Url
    username: str
    format: Literal[0, 1]
    timeout_seconds: Seconds


class Weather(Section, frozen=True):
    """Marine weather; `cells_per_day` bounds what the weather services are asked for."""

    marine_url: Url
    wind_url: Url
    openweather_url: Url
    openweather_key: str
    cells_per_day: Count
    timeout_seconds: Seconds


class Vessels(Section, frozen=True):
    """Ship state, tracks and the live map; `mirror_url` speaks AISStream's protocol.

    `nmea_tcp` and `nmea_udp` are `host:port`: servers to connect to, and where to listen.
    `recording` is a file that is played, FILE or FILE@SPEED.
    """

    mirror_url: _SocketUrl
    nmea_tcp: _Receivers
    nmea_udp: _Receivers
    recording: str

    tick_seconds: Annotated[float, msgspec.Meta(ge=0.05, le=60)]
    batch_size: AtLeastOne
    batch_ms: Annotated[int, msgspec.Meta(ge=1, le=60_000)]
    silent_after_seconds: Seconds
    thin_metres: Annotated[float, msgspec.Meta(ge=0, le=100_000)]
    keep_days: Days
    max_sockets: Count
    max_sockets_per_address: Count
    webhooks_anywhere: bool


class WarningsList(Section, frozen=True):
    """A list of warnings to ships that is pulled (GeoJSON, CAP or the NGA's JSON).

    `publisher` and `kind` hold where it names none.
    """

    url: Url
    publisher: str
    kind: Literal["", "navigation", "piracy", "danger-area", "weather"]
    timeout_seconds: Seconds


class Unctad(Section, frozen=True):
    """Official statistics."""

    base_url: Url
    query_url: Url
    client_id: str
    client_secret: str
    pause_seconds: Pause
    timeout_seconds: Seconds

    @property
    def keyed(self) -> bool:
        """Whether both keys of the query API are set."""
        return bool(self.client_id and self.client_secret)


class PortWatch(Section, frozen=True):
    """Daily port calls and disruptions by IMF PortWatch; `ports_per_day` bounds what is asked."""

    base_url: Url
    pause_seconds: Pause
    ports_per_day: Count
    timeout_seconds: Seconds


class Cppi(Section, frozen=True):
    """The World Bank's Container Port Performance Index: the address of its annex (.xlsx)."""

    url: Url
    timeout_seconds: Seconds
