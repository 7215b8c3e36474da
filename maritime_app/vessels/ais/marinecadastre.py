"""Rows of a MarineCadastre AIS CSV (NOAA/USCG, public domain; 17 columns) as AISStream envelopes.

Missing values are empty cells, but Heading keeps 511. Length and width have no antenna position:
halves are
taken.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from maritime_app.vessels.ais.encode import Sender, Sent, position_a, position_b, static_a, static_b
from maritime_app.vessels.model import Motion, Particulars


def time_ms(base_date_time: str) -> int:
    """Epoch milliseconds of BaseDateTime (UTC without a zone). Raises ValueError."""
    return int(datetime.fromisoformat(base_date_time).replace(tzinfo=UTC).timestamp() * 1000)


def messages(row: Mapping[str, str], at_ns: int, *, with_static: bool) -> list[Sent]:
    """The position message of a row, and its static ones if wanted.

    Raises ValueError or KeyError.
    """
    motion = _motion(row)
    sender = Sender(int(row["MMSI"]), row["VesselName"], motion.lat, motion.lon, at_ns)
    class_b = row["TransceiverClass"] == "B"
    sent = [position_b(sender, motion) if class_b else position_a(sender, motion)]
    told = _particulars(row)
    if with_static and told != Particulars():
        sent += static_b(sender, told) if class_b else (static_a(sender, told),)
    return sent


def _motion(row: Mapping[str, str]) -> Motion:
    heading, status = _whole(row["Heading"]), _whole(row["Status"])
    return Motion(
        float(row["LAT"]),
        float(row["LON"]),
        _number(row["SOG"]),
        _number(row["COG"]),
        heading,
        status,
    )


def _particulars(row: Mapping[str, str]) -> Particulars:
    length, width = _whole(row["Length"]), _whole(row["Width"])
    bow, stern = (length - length // 2, length // 2) if length else (None, None)
    port, starboard = (width - width // 2, width // 2) if width else (None, None)
    imo = row["IMO"].removeprefix("IMO")
    return Particulars(
        row["VesselName"] or None,
        row["CallSign"] or None,
        int(imo) if imo.isdigit() else None,
        _whole(row["VesselType"]),
        bow,
        stern,
        port,
        starboard,
        _number(row["Draft"]),
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _whole(cell: str) -> int | None:
    return int(float(cell)) if cell else None
