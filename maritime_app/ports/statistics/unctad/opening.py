"""A file as people have it to lines of text: packed, in another encoding, by other separators.

Blocking: call it in a thread.
"""

import gzip
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, cast

from maritime_app.errors import Refusal
from maritime_app.ports.statistics.unctad import archive
from maritime_app.ports.statistics.unctad.headers import NotATable

_GZIP, _ZIP, _SEVEN_ZIP = b"\x1f\x8b", b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MARK_BYTES = 6
_MAX_LINE = 1024**2
_LONE_RETURN = re.compile(r"(?<=\r)(?=[^\n])")  # the line end of old Macs


def open_packed(path: Path, raw: IO[bytes], stack: ExitStack) -> IO[bytes]:
    """Return the CSV inside a .gz, .zip or .7z, or the file itself; what it opens is on the stack.

    Raise NotATable for an archive that is broken or holds something else than one CSV.
    """
    mark = raw.read(_MARK_BYTES)
    raw.seek(0)
    if mark.startswith(_GZIP):
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    if mark.startswith(_SEVEN_ZIP):
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="unctad-"))
        try:
            return stack.enter_context(archive.unpack_csv(path, Path(folder)).open("rb"))
        except Refusal as error:
            raise NotATable(error.message.rstrip(".")) from error
    if mark.startswith(_ZIP):
        return stack.enter_context(_only_csv(stack.enter_context(zipfile.ZipFile(raw))))
    return raw


def _only_csv(packed: zipfile.ZipFile) -> IO[bytes]:
    names = [
        name
        for name in packed.namelist()
        if name.lower().endswith(".csv") and not name.startswith("__MACOSX")
    ]
    if len(names) != 1:
        raise NotATable(f"the zip holds {len(names)} CSV files instead of one")
    return packed.open(names[0])


def lines(
    content: IO[bytes], count: Callable[[bytes], None], note: Callable[[str], None]
) -> Iterator[str]:
    """Yield the lines as text; `count` gets their bytes, `note` what was not as it should be.

    UTF-8, or UTF-16 with its mark; a line that is neither is read as Windows-1252.
    """
    first = content.read(2)
    if first in _UTF_16:
        note("it is UTF-16")
        yield from _utf_16(first, content, count)
        return
    rest = first + content.readline(_MAX_LINE) if b"\n" not in first else first
    for number, line in enumerate(_bounded(rest, content)):
        count(line)
        try:
            text = line.decode("utf-8-sig" if number == 0 else "utf-8")
        except UnicodeDecodeError:
            note("it is not UTF-8 but Windows-1252")
            text = line.decode("cp1252", errors="replace")
        yield from _LONE_RETURN.split(text)


def _bounded(first: bytes, content: IO[bytes]) -> Iterable[bytes]:
    line = first
    while line:
        if len(line) >= _MAX_LINE:
            raise NotATable("it has a line without end")
        yield line
        line = content.readline(_MAX_LINE)


def _utf_16(mark: bytes, content: IO[bytes], count: Callable[[bytes], None]) -> Iterator[str]:
    encoding = "utf-16-le" if mark == _UTF_16[0] else "utf-16-be"
    text = io.TextIOWrapper(content, encoding, newline="")
    try:
        while line := text.readline(_MAX_LINE):
            count(line.encode())
            yield line
    finally:
        if not content.closed:
            text.detach()  # whoever opened the file closes it


def separator(header: str) -> str:
    """Return what separates the cells: the mark that the header has most of."""
    return max((",", ";", "\t"), key=header.count)
