"""Rows of a MarineCadastre AIS CSV (NOAA/USCG, public domain; 17 columns) as AISStream envelopes.

Missing values are empty cells, but Heading keeps 511. Length and width have no antenna position:
halves are taken.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from maritime_app.vessels.ais.encode import (
    EncodedMessage,
    Sender,
    position_a,
    position_b,
    static_a,
    static_b,
)
from maritime_app.vessels.model import NO_PARTICULARS, Motion, Particulars


def time_ms(base_date_time: str) -> int:
    """Return epoch milliseconds of BaseDateTime (UTC without a zone); raise ValueError."""
    return int(datetime.fromisoformat(base_date_time).replace(tzinfo=UTC).timestamp() * 1000)


def messages(row: Mapping[str, str], at_ns: int, *, with_static: bool) -> list[EncodedMessage]:
    """Return the position message of a row, and its static ones if wanted.

    Raise ValueError or KeyError for a row that cannot be read.
    """
    motion = _motion(row)
    sender = Sender(int(row["MMSI"]), row["VesselName"], motion.lat, motion.lon, at_ns)
    class_b = row["TransceiverClass"] == "B"
    encoded = [position_b(sender, motion) if class_b else position_a(sender, motion)]
    known = _particulars(row)
    if with_static and known != NO_PARTICULARS:
        encoded += static_b(sender, known) if class_b else (static_a(sender, known),)
    return encoded


def _motion(row: Mapping[str, str]) -> Motion:
    return Motion(
        lat=float(row["LAT"]),
        lon=float(row["LON"]),
        sog_knots=_number(row["SOG"]),
        cog_deg=_number(row["COG"]),
        heading_deg=_whole(row["Heading"]),
        status=_whole(row["Status"]),
    )


def _particulars(row: Mapping[str, str]) -> Particulars:
    length, width = _whole(row["Length"]), _whole(row["Width"])
    bow, stern = (length - length // 2, length // 2) if length else (None, None)
    port, starboard = (width - width // 2, width // 2) if width else (None, None)
    imo = row["IMO"].removeprefix("IMO")
    return Particulars(
        name=row["VesselName"] or None,
        callsign=row["CallSign"] or None,
        imo=int(imo) if imo.isdigit() else None,
        ship_type=_whole(row["VesselType"]),
        to_bow_m=bow,
        to_stern_m=stern,
        to_port_m=port,
        to_starboard_m=starboard,
        draught_m=_number(row["Draft"]),
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _whole(cell: str) -> int | None:
    return int(float(cell)) if cell else None
