"""The reports of a recorded file in its order, each with when it was recorded.

A line is an NMEA sentence with a tag block that has its time (`c:`, IEC 61162-450), or one frame of
AISStream as JSON. Lines without a time are left out: nobody knows when they were heard.
"""

import gzip
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final

from maritime_app.vessels.ais import decode as frames
from maritime_app.vessels.model import Rejection, Report
from maritime_app.vessels.nmea import codec
from maritime_app.vessels.nmea.sentences import Sentences

MAX_LINE_BYTES: Final = 64 * 1024
# Later than any file: decoders take nothing that is later than when it came.
_END_OF_TIME_MS: Final = 32_503_680_000_000  # the year 3000


def reports(path: Path) -> Iterator[Report | Rejection]:
    """Yield what each line says; a file that ends in .gz is unpacked on the way.

    Reads line by line: a file of any size takes no memory. Raise OSError for one that cannot be
    read, or that is no gzip.
    """
    sentences = Sentences()
    with _opened(path) as file:
        while line := file.readline(MAX_LINE_BYTES):
            said = _said(line.strip(), sentences)
            if said is not None:
                yield said


def _opened(path: Path) -> gzip.GzipFile | BufferedReader:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _said(line: bytes, sentences: Sentences) -> Report | Rejection | None:
    """Return what a line says; None for one that says nothing, or only a part."""
    if not line or line.startswith(b"#"):
        return None
    if line.startswith(b"{"):
        decoded = frames.decode(line, _END_OF_TIME_MS)
    else:
        whole = sentences.take(line, 0)
        if whole is None or isinstance(whole, Rejection):
            return whole
        if whole.at_ms is None:
            return Rejection.BAD_TIME
        decoded = codec.decode(whole, _END_OF_TIME_MS)
    if isinstance(decoded, Rejection):
        return decoded
    if not isinstance(decoded, Report):
        return Rejection.NO_STATE  # a safety text of long ago is nobody's news
    return Rejection.BAD_TIME if decoded.at_ms >= _END_OF_TIME_MS else decoded
