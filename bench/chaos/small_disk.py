"""A disk that fills up: what bookings are written to lies on a small one of its own.

The log of PostgreSQL stays on the large one: without room for that it ends, which is another fault
("PostgreSQL killed").
"""

import asyncio
import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_MEGABYTES = 48
OF_BOOKINGS = ("booking", "booking_leg", "leg_capacity", "passenger", "vehicle", "booking_item")
_BLOCK = bytes(8_192)


class SmallDisk:
    """A file system in memory, where the system lets us mount one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "small"
        self._ballast = self._folder / "ballast"
        self.is_there = False

    async def mount(self) -> None:
        """Mount it; whoever asks sees afterwards whether that was allowed."""
        self._folder.mkdir()
        size = f"size={_MEGABYTES}m,mode=0700"
        self.is_there = await _succeeds("mount", "-t", "tmpfs", "-o", size, "tmpfs", self._folder)

    async def unmount(self) -> None:
        """Take it away, when PostgreSQL has ended."""
        if self.is_there:
            await _succeeds("umount", "-l", self._folder)

    async def take_tables(self, conn: Any, data: Path, names: Iterable[str]) -> None:
        """Move these tables there; `data` belongs to whom PostgreSQL runs as."""
        if not self.is_there:
            return
        tables = self._folder / "tables"
        tables.mkdir(mode=0o700)
        owner = data.stat()
        for one in (self._folder, tables):
            os.chown(one, owner.st_uid, owner.st_gid)
        await conn.execute(f"create tablespace small location '{tables}'")
        for name in names:
            await conn.execute(f'alter table "{name}" set tablespace small')

    def fill(self) -> None:
        """Leave no room."""
        with self._ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(_BLOCK)

    def make_room(self) -> None:
        """Give it back."""
        self._ballast.unlink(missing_ok=True)


async def _succeeds(*command: object) -> bool:
    quiet = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *map(str, command), stdin=quiet, stdout=quiet, stderr=quiet
        )
    except OSError:
        return False
    return await process.wait() == 0
