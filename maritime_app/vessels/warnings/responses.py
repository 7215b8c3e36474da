"""Warnings as programs get them, and what may be asked."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.vessels.warnings.model import (
    Geometry,
    ListedWarning,
    WarningKind,
    WarningPublisher,
)

MOST: Final = 1_000


class WarningsRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The warnings in force; `kind` is a list with commas of navigation, piracy, danger-area and
    weather (empty: all), `cursor` the `next_cursor` of the page before, `warning` the id of a
    single one.
    """

    kind: str = ""
    warning: UUID | None = None
    cursor: Annotated[str, Meta(max_length=60)] = ""
    limit: Annotated[int, Meta(ge=1, le=MOST)] = 500

    def kinds(self) -> list[str]:
        """Return the kinds that are asked for; raise Invalid for one that there is not."""
        asked = [each.strip() for each in self.kind.split(",") if each.strip()]
        unknown = [each for each in asked if each not in list(WarningKind)]
        if unknown:
            wrong = _("is none of %(words)s") % {"words": ", ".join(WarningKind)}
            raise Invalid(wrong, {"kind": wrong})
        return asked or list(WarningKind)


class WarningResponse(Struct, frozen=True):
    """A warning as its publisher gives it; `number` is the publisher's own.

    In force from `starts_at` until `ends_at`, or (null) until it is withdrawn. `read_at` is when
    the file was read that has it. `severity` is extreme, severe, moderate, minor or empty;
    `language` that of its words, `invented` true for what no authority has said.
    """

    id: str
    kind: str
    title: str
    text: str
    publisher: str
    number: str
    severity: str
    language: str
    issued_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    read_at: datetime
    url: str
    invented: bool
    area: Geometry


class WarningsResponse(Struct, frozen=True):
    """Warnings in force, the latest first, and who has given any: `total` on all pages,
    `next_cursor` null on the last one.
    """

    as_of: datetime
    publishers: list[WarningPublisher]
    warnings: list[WarningResponse]
    total: int = 0
    next_cursor: str | None = None


class WarningFeature(Struct, frozen=True):
    """One warning where it holds: a MultiPoint or a MultiPolygon."""

    id: str
    geometry: Geometry
    properties: WarningResponse
    type: Literal["Feature"] = "Feature"


class WarningFeatures(Struct, frozen=True):
    """Warnings as a GeoJSON FeatureCollection (RFC 7946), with the list's count and cursor."""

    features: list[WarningFeature]
    total: int
    next_cursor: str | None
    type: Literal["FeatureCollection"] = "FeatureCollection"


def features(answer: WarningsResponse) -> WarningFeatures:
    """Return warnings as GeoJSON, in their order."""
    found = [WarningFeature(one.id, one.area, one) for one in answer.warnings]
    return WarningFeatures(found, answer.total, answer.next_cursor)


def warning_response(listed: ListedWarning) -> WarningResponse:
    """Return a warning for programs."""
    warning = listed.warning
    return WarningResponse(
        id=str(listed.id),
        kind=warning.kind.value,
        title=warning.title,
        text=warning.body,
        publisher=warning.publisher,
        number=warning.reference,
        severity=warning.severity,
        language=warning.language,
        issued_at=warning.issued_at,
        starts_at=warning.starts_at,
        ends_at=warning.ends_at,
        read_at=listed.read_at,
        url=warning.address,
        invented=warning.invented,
        area=warning.area,
    )
