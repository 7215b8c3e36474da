"""A PostgreSQL primary and its standby, which has all that was committed and may take over.

To everybody they are one server, at an address of two hosts. Where a server is killed, stopped or
started it is the one that leads now.
"""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from maritime_app.infra.embedded.postgres import Postgres, find_binaries
from maritime_app.infra.embedded.root import unprivileged

_FOLLOWS_WITHIN_SECONDS = 60.0
_PROMOTED_WITHIN_SECONDS = 60
# A commit is answered when the standby has it, too.
_SYNCHRONOUS = "alter system set synchronous_standby_names = '*'"
_ALONE = "alter system set synchronous_standby_names = ''"
_IS_FOLLOWED = "select exists (select from pg_stat_replication where sync_state = 'sync')"


class _Replicated(Postgres):
    """One of the two."""

    def command(self) -> Sequence[str]:
        """Return what the embedded server runs, with a log that a standby can follow."""
        more = ("wal_level=replica", "max_wal_senders=4", "hot_standby=on")
        return [*super().command(), *(part for one in more for part in ("-c", one))]

    async def answers(self) -> bool:
        """Return whether it takes work; a standby does not say `ready`."""
        with contextlib.suppress(OSError):
            lines = (self.directory / "postmaster.pid").read_text().splitlines()
            is_ours = len(lines) > 7 and lines[0] == str(self.pid)
            return is_ours and lines[7].strip() in ("ready", "standby")
        return False


class Pair:
    """Two servers: `leader` takes writes, `follower` stands by."""

    def __init__(self, folder: Path) -> None:
        self._folders = [folder / "postgres-one", folder / "postgres-two"]
        for one in self._folders:
            one.mkdir(parents=True)
        self._servers = [_Replicated(one, durable=True) for one in self._folders]
        self.leader, self.follower = self._servers

    @property
    def url(self) -> str:
        """The address of both: whichever takes writes is meant."""
        first, second = (server.port for server in self._servers)
        both = self._servers[0].url.replace(f":{first}/", f":{first},127.0.0.1:{second}/")
        return f"{both}?target_session_attrs=read-write"

    @property
    def url_of_first(self) -> str:
        """The address of the one that led first, as in a world that knows no fail-over."""
        return self._servers[0].url

    @property
    def directory(self) -> Path:
        """The files of the one that leads now."""
        return self.leader.directory

    async def start(self) -> None:
        """Start the one that leads, and its standby where that does not run: without it no commit
        would be answered.
        """
        await self.leader.start()
        if not self.follower.directory.exists():
            await self.follow()
        elif self.follower.pid is None:
            await self.follower.start()

    async def stop(self) -> None:
        """End both cleanly: the standby last, so that no commit waits for it."""
        await self.leader.stop()
        await self.follower.stop()

    async def kill(self) -> None:
        """End the one that leads as a power cut would; nobody takes over."""
        await self.leader.kill()

    async def promote(self) -> None:
        """Let the standby take over from a leader that was killed; it leads alone then."""
        self.leader, self.follower = self.follower, self.leader
        words = f"select pg_promote(true, {_PROMOTED_WITHIN_SECONDS})"
        await _run(self.leader.url, words)

    async def come_back(self) -> None:
        """Start the old primary as it was: it takes writes, and waits for nobody."""
        await self.follower.start()
        await _run(self.follower.url, _ALONE)
        await _run(self.follower.url, "select pg_reload_conf()")

    async def follow(self) -> None:
        """Make the other one a standby of the leader, with all that it has."""
        await self.follower.stop()
        directory = self.follower.directory
        shutil.rmtree(directory, ignore_errors=True)
        password = self._folders[self._servers.index(self.leader)] / "postgres.password"
        shutil.copy(password, self._folders[self._servers.index(self.follower)])
        await _copy(self.leader, directory)
        await self.follower.start()
        await _run(self.leader.url, _SYNCHRONOUS)
        await _run(self.leader.url, "select pg_reload_conf()")
        async with asyncio.timeout(_FOLLOWS_WITHIN_SECONDS):
            while not await _run(self.leader.url, _IS_FOLLOWED):
                await asyncio.sleep(0.1)


async def _copy(leader: Postgres, to: Path) -> None:
    """Run pg_basebackup, as whom the servers run; what it makes follows the leader (-R)."""
    binaries = find_binaries()
    prefix = await unprivileged(binaries, to)
    with contextlib.suppress(OSError):
        to.rmdir()  # made where namespaces are forbidden
    where = ("-d", leader.url)
    command = [*prefix, str(binaries / "pg_basebackup"), *where, "-D", str(to)]
    output = asyncio.subprocess.PIPE
    copying = await asyncio.create_subprocess_exec(
        *command, "-R", "-X", "stream", "-c", "fast",
        env=dict(os.environ), stdout=output, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await copying.communicate()
    if copying.returncode:
        raise RuntimeError(f"pg_basebackup failed: {said.decode(errors='replace')}")


async def _run(url: str, words: str) -> object:
    conn = await asyncpg.connect(url, timeout=10)
    try:
        # Its commit waits for no standby: what stands in this server's files is its own affair.
        await conn.execute("set synchronous_commit = local")
        found: object = await conn.fetchval(words)
        return found
    finally:
        await conn.close()
