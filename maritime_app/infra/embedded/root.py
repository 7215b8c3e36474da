"""Running PostgreSQL from a root shell, which it refuses to do itself: see `unprivileged`."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from maritime_app.infra.embedded.process import CannotStart

_NOBODY = 65534


async def unprivileged(binaries: Path, data: Path) -> Sequence[str]:
    """Return the prefix under which PostgreSQL runs here; empty unless we are root.

    First choice is a user namespace: PostgreSQL sees a plain user while every file stays root's,
    whatever the permissions of the directories above. Where namespaces are forbidden it runs as
    nobody, if that user can reach the files; else raise CannotStart.
    """
    if os.geteuid() != 0:
        return ()
    namespace = ("unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--")
    if await _succeeds(*namespace, "true"):
        return namespace
    nobody = ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--")
    data.mkdir(mode=0o700, exist_ok=True)
    for path in (data, *data.rglob("*")):
        os.chown(path, _NOBODY, _NOBODY)
    if await _succeeds(*nobody, "test", "-x", str(binaries / "postgres")) and await _succeeds(
        *nobody, "test", "-w", str(data)
    ):
        return nobody
    raise CannotStart(
        "PostgreSQL does not run as root, user namespaces are forbidden here, and the user nobody "
        f"cannot reach {binaries} and {data}. Run as another user, or set DATABASE_URL to a server "
        "that runs."
    )


async def _succeeds(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    quiet = asyncio.subprocess.DEVNULL
    probe = await asyncio.create_subprocess_exec(*command, stdin=quiet, stdout=quiet, stderr=quiet)
    return await probe.wait() == 0
