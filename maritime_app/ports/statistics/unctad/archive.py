"""A 7z archive -> the one CSV inside, within limits. Blocking: call it in a thread.

UNCTAD's bulk files are 7z (LZMA2) with one CSV; whatever else comes is refused before anything is
written.
"""

from pathlib import Path

import py7zr
from py7zr.exceptions import ArchiveError

from maritime_app.errors import Unavailable

MAX_UNPACKED_BYTES = 2 * 1024**3


def unpack_csv(archive: Path, folder: Path) -> Path:
    """Unpack into the (empty) folder and return the CSV.

    Raises Unavailable for anything but one CSV.
    """
    try:
        with py7zr.SevenZipFile(archive) as packed:
            files = [entry for entry in packed.list() if not entry.is_directory]
            if len(files) != 1:
                raise Unavailable(
                    f"The archive holds {len(files)} files instead of one.", code="bad_archive"
                )
            name, size = files[0].filename, files[0].uncompressed
            if "/" in name or "\\" in name or ".." in name or not name.lower().endswith(".csv"):
                raise Unavailable(
                    "The archive holds something else than a CSV.", code="bad_archive"
                )
            if size > MAX_UNPACKED_BYTES:
                raise Unavailable(f"The CSV would have {size} bytes.", code="bad_archive")
            packed.extract(path=folder, targets=[name])
    except (ArchiveError, EOFError, OSError, ValueError) as error:
        raise Unavailable("The archive cannot be unpacked.", code="bad_archive") from error
    found: Path = folder / name
    if found.is_symlink() or not found.is_file():
        raise Unavailable("The archive holds something else than a CSV.", code="bad_archive")
    return found
