"""A ranking of ports, a comparison of some, and how they are asked for."""

from datetime import date, datetime
from typing import Final

from msgspec import Struct

from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.paging import PageNumber
from maritime_app.ports.statistics.model import Provenance, Source as Publisher

MOST_COMPARED: Final = 6


class RankingRequest(Struct, frozen=True):
    """Which quarter by its code (empty: the newest), country (ISO 3166-1 alpha-2) and page."""

    period: str = ""
    country: str = ""
    page: PageNumber = 1


class ComparisonRequest(Struct, frozen=True):
    """Codes of ports, separated by commas."""

    ports: str = ""

    def codes(self) -> list[str]:
        """Return each code once, in their order; raise Invalid for more than six."""
        codes = list(dict.fromkeys(part.strip() for part in self.ports.split(",") if part.strip()))
        if len(codes) > MOST_COMPARED:
            raise Invalid(_("At most six ports can be compared."), {"ports": _("are too many")})
        return codes


class RankedPort(Struct, frozen=True):
    """A port of a ranking. `code` and `name` are null where we know no such port.

    `rank` counts among all ports of the quarter, whatever country was asked for; null where there
    are too few to rank. `origin`, `version` and `retrieved_at` are of the reading of its figure.
    """

    rank: int | None
    code: str | None
    name: str | None
    publisher_code: str
    publisher_label: str
    country: str | None
    value: float
    year_before: float | None
    change_percent: float | None
    origin: str
    version: str | None
    retrieved_at: datetime
    history: str


class Source(Struct, frozen=True):
    """Where every figure of a table is from."""

    report: str
    source: Publisher
    licence: str
    source_url: str | None
    origin: str
    version: str | None
    retrieved_at: datetime
    unit: str
    invented: bool


class Ranking(Struct, frozen=True):
    """Ports by their index in one quarter; `places` had one then, `total` are in this answer's
    country.
    """

    period: str
    periods: tuple[str, ...]
    country: str
    places: int
    total: int
    page: int
    pages: int
    sources: tuple[Source, ...]
    ports: tuple[RankedPort, ...]


class Figure(Struct, frozen=True):
    """One quarter of one port, with its provenance: the row of JSON and CSV."""

    port: str
    period_code: str
    period_start: date
    value: float
    unit: str
    report: str
    origin: str
    version: str | None
    retrieved_at: datetime
    invented: bool
    source: Publisher
    licence: str
    source_url: str | None
    history: str


class ComparedPort(Struct, frozen=True):
    """A port of a comparison; the newest quarter is null for one without figures."""

    code: str
    name: str
    country: str | None
    period: str | None
    value: float | None
    rank: int | None
    has_ended: bool
    history: str | None


class Comparison(Struct, frozen=True):
    """Up to six ports over time."""

    ports: tuple[ComparedPort, ...]
    figures: tuple[Figure, ...]
    sources: tuple[Provenance, ...]
