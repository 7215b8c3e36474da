"""A 7z archive to the one CSV inside, within limits. Blocking: call it in a thread.

UNCTAD's bulk files are 7z (LZMA2) with one CSV; whatever else comes is refused before anything is
written.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from maritime_app.errors import Unavailable

if TYPE_CHECKING:
    import py7zr

MAX_UNPACKED_BYTES = 2 * 1024**3


def unpack_csv(archive: Path, folder: Path) -> Path:
    """Unpack into the (empty) folder and return the CSV.

    Raise Unavailable for anything but one CSV of at most 2 GiB.
    """
    import py7zr  # with its ciphers 25 ms that no start needs

    try:
        with py7zr.SevenZipFile(archive) as packed:
            name = _csv_name(packed)
            packed.extract(path=folder, targets=[name])
    except Unavailable:
        raise
    except Exception as error:  # a damaged one makes the library fail in any way: TypeError, LZMA's
        raise _bad_archive("The archive cannot be unpacked.") from error
    path: Path = folder / name
    if path.is_symlink() or not path.is_file():
        raise _bad_archive("The archive holds something else than a CSV.")
    return path


def _csv_name(packed: "py7zr.SevenZipFile") -> str:
    files = [entry for entry in packed.list() if not entry.is_directory]
    if len(files) != 1:
        raise _bad_archive(f"The archive holds {len(files)} files instead of one.")
    name: str = files[0].filename
    if "/" in name or "\\" in name or ".." in name or not name.lower().endswith(".csv"):
        raise _bad_archive("The archive holds something else than a CSV.")
    if files[0].uncompressed > MAX_UNPACKED_BYTES:
        raise _bad_archive(f"The CSV would have {files[0].uncompressed} bytes.")
    return name


def _bad_archive(message: str) -> Unavailable:
    return Unavailable(message, code="bad_archive")
