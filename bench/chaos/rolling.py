"""Rolling restarts under load, from one version of the code to another where that is asked for.

Clients keep their connections over a balancer; map sockets stay open. No request may be lost, no
socket may end otherwise than by being told to reconnect.
"""

import asyncio
import contextlib
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.chaos.processes import ROOT, Process
from bench.chaos.traffic import Traffic
from bench.chaos.world import World

_CLIENTS = 24
_SOCKETS = 20
_TELLS_TO_RECONNECT = {1001, 1012}  # going away, service restart (RFC 6455, IANA's registry)
_FRAME_PATIENCE_SECONDS = 60.0  # who follows the ships may be the one that restarts
_BETWEEN_SECONDS = 2.0
_RETRY_SECONDS = 0.5
_PAUSE_SECONDS = 0.1  # else the clients leave nothing of a small machine to who starts
_END_SECONDS = 180.0  # drain, requests in hand, closing, on a machine that is busy otherwise


async def commit_of(reference: str) -> str:
    """Return the commit that a branch, tag or hash means; exit with one line where git is not there
    or knows no such thing.
    """
    ask = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    try:
        asked = await asyncio.create_subprocess_exec(
            "git", *ask, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
    except FileNotFoundError:
        raise SystemExit("--before: another version is read with git, which is not here") from None
    commit, _ = await asked.communicate()
    if asked.returncode:
        raise SystemExit(f"--before: there is no {reference} in this repository")
    return commit.decode().strip()


async def check_out(commit: str, folder: Path) -> Path:
    """Return a tree of the code as it was at that commit, with today's front-end files."""
    folder.mkdir(parents=True)
    archive = folder / "archive.tar"
    for command in (
        ("git", "archive", "--output", str(archive), commit),
        ("tar", "-x", "-C", str(folder), "-f", str(archive)),
    ):
        done = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
        if await done.wait():
            raise RuntimeError(f"{' '.join(command)} failed")
    archive.unlink()
    with contextlib.suppress(FileExistsError):
        (folder / "static" / "node_modules").symlink_to(ROOT / "static" / "node_modules")
    return folder


def newest_migration(folder: Path) -> str:
    """Return the number up to which that code knows the schema."""
    return max(file.name[:4] for file in (folder / "sql" / "migrations").glob("[0-9]*.sql"))


@dataclass
class Rolling:
    """Restarts in turn, and the clients that must not notice."""

    here: World
    traffic: Traffic
    restarts: int
    wanted: int = 0  # requests over all restarts
    seconds: float = 0.0  # that all restarts are spread over, at least
    before: Path | None = None  # the tree of another version
    requests: int = 0
    reconnects: int = 0
    closes: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    async def run(self, say: Callable[[str], None]) -> None:
        """Restart every process in turn, so many times in all, under load.

        One that does not come back ends it; what was seen until then is judged all the same.
        """
        load = [asyncio.create_task(self._search(number)) for number in range(_CLIENTS)]
        load += [asyncio.create_task(self._watch_ships()) for _ in range(_SOCKETS)]
        began = time.monotonic()
        webs = len(self.here.webs)
        for number in range(self.restarts):
            one, url = self.here.webs[number % webs], self.here.web_urls[number % webs]
            others = [*self.here.workers, *self.here.streams]
            also = others[number % len(others)]
            self._change_version(one, also, turn=number // webs)
            at = f"{time.monotonic() - began:6.1f} s"
            say(f"{at}  {one.name} and {also.name} from {one.folder.name}")
            await asyncio.gather(self._restart(one), self._restart(also))
            try:
                await self.here.until_answering(f"{url}/readyz")
            except TimeoutError:
                self.broken.append(f"{one.name} does not become ready, at restart {number + 1}")
                break
            await asyncio.sleep(_BETWEEN_SECONDS)
            share = (number + 1) / self.restarts
            while (
                self.requests < self.wanted * share
                or time.monotonic() - began < self.seconds * share
            ):
                await asyncio.sleep(_RETRY_SECONDS)
        for task in load:
            task.cancel()
        for outcome in await asyncio.gather(*load, return_exceptions=True):
            if isinstance(outcome, Exception):
                self.broken.append(f"a client failed: {outcome!r}")

    def _change_version(self, *processes: Process, turn: int) -> None:
        """Old and new in turns, so that both are there at any time."""
        if self.before:
            for one in processes:
                one.folder = self.before if turn % 2 == 0 else ROOT

    async def _restart(self, one: Process) -> None:
        await one.end(signal.SIGTERM, patience_seconds=_END_SECONDS)
        await one.start()

    async def _search(self, number: int) -> None:
        while True:
            await self.traffic.look(f"10.3.{self.requests % 250}.{number}")
            self.requests += 1
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _watch_ships(self) -> None:
        """One map that reconnects when it is told to, and at nothing else."""
        url = self.here.balancer.url + "/vessels/live?format=json"
        while True:
            try:
                async with self.here.kept.ws_connect(url, compress=0) as socket:
                    await self._read(socket)
            except aiohttp.WSServerHandshakeError as refused:
                # A process that drains takes no new map: the balancer has not seen it yet.
                if refused.status != 503:
                    self.broken.append(f"a map's socket was refused with {refused.status}")
                await asyncio.sleep(_RETRY_SECONDS)
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(_RETRY_SECONDS)  # nobody had taken it
            except (aiohttp.ClientError, TimeoutError) as error:
                self.broken.append(f"a map's socket: {type(error).__name__}")
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                self.reconnects += 1

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await socket.receive(timeout=_FRAME_PATIENCE_SECONDS)
            if message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT):
                continue
            code = socket.close_code or 0
            self.closes[code] += 1
            if code not in _TELLS_TO_RECONNECT:
                self.broken.append(f"a map's socket ended with {code} ({message.type.name})")
            return
