"""`make image-check`: the steps of the Containerfile without a container engine, in chroots.

Each stage is a folder of its own. `FROM python:` is Debian of the same Python, by debootstrap, and
its steps run inside; `FROM node:` are the machine's own npm and node in a plain folder. COPY, RUN,
WORKDIR, ENV, USER, HEALTHCHECK, ENTRYPOINT and CMD are carried out as they stand there; then every
role runs in the last stage as the user that it names, must become ready, and ends with 0.

What an engine does besides is not seen: its network, its limits, EXPOSE, VOLUME. Needs Linux, root,
debootstrap and npm; where one is missing that is said, and nothing is checked.
"""

import asyncio
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from maritime_app.infra.embedded import embedded_servers
from maritime_app.infra.embedded.free_port import free_port

ROOT = Path(__file__).resolve().parents[1]
SUITE = "bookworm"  # its Python is 3.11, as the image's
PACKAGES = "python3-venv,python-is-python3,ca-certificates"
ROLES = ("web", "worker", "stream")
READY_WITHIN_SECONDS = 180.0
LEFT_TO_ENGINES = {"EXPOSE", "VOLUME", "STOPSIGNAL"}
_NEEDED = ("debootstrap", "chroot", "unshare", "npm")
# A /proc and null devices of its own, gone with the process.
_INSIDE = 'mount -t proc proc "$0/proc" && exec chroot "$@"'


@dataclass
class Stage:
    """One FROM: its files, and how commands run in it."""

    folder: Path
    is_chroot: bool
    workdir: str = "/"
    user: str = ""
    env: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)
    role: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def path(self, inside: str) -> Path:
        """Return where a path of the image is on this machine."""
        return self.folder / str(Path(self.workdir) / inside).lstrip("/")

    def run(self, step: str, more: Mapping[str, str]) -> None:
        """Carry out a RUN; raise CalledProcessError where it fails."""
        env = self.env | _net_env() | dict(more)
        self.path(".").mkdir(parents=True, exist_ok=True)
        if self.is_chroot:
            command = self.inside(["sh", "-ec", f"cd {shlex.quote(self.workdir)}; {step}"])
            subprocess.run(command, env=env | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, check=True)
        else:
            env |= {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/root")}
            subprocess.run(["sh", "-ec", step], cwd=self.path("."), env=env, check=True)

    def inside(self, words: Sequence[str]) -> list[str]:
        """Return the command that runs these words in the stage, as its user."""
        user = [f"--userspec={self.user}"] if self.user else []
        mounted = ["unshare", "--mount", "sh", "-c", _INSIDE, str(self.folder)]
        return [*mounted, *user, str(self.folder), *words]


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Containerfile with what follows them, lines joined."""
    joined = text.replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines()]
    return [
        (line.partition(" ")[0], line.partition(" ")[2])
        for line in lines
        if line[:1] not in ("", "#")
    ]


def build(text: str, folder: Path, base: Path) -> Stage:
    """Carry the file out in this folder and return its last stage; raise SystemExit for a word that
    this does not know.
    """
    stages: list[Stage] = []
    named: dict[str, Stage] = {}
    arguments: dict[str, str] = {}
    for word, rest in instructions(text):
        print(f"{word} {rest}"[:120], flush=True)
        if word == "FROM":
            image, _as, name = rest.partition(" AS ")
            stages.append(_begin(folder / str(len(stages)), image, base))
            named[name] = stages[-1]
        elif word == "ARG":
            arguments |= dict([rest.split("=", 1)])
        elif word == "COPY":
            _copy(stages[-1], rest, named)
        elif word == "RUN":
            stages[-1].run(rest, arguments)
        elif word not in LEFT_TO_ENGINES:
            _note(stages[-1], word, rest)
    return stages[-1]


def _begin(folder: Path, image: str, base: Path) -> Stage:
    is_python = image.startswith("python:")
    if not is_python and not image.startswith("node:"):
        raise SystemExit(f"image-check: nothing here stands for {image}")
    if is_python:
        subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(folder)], check=True)
    else:
        folder.mkdir()
    return Stage(folder, is_chroot=is_python)


def _copy(stage: Stage, rest: str, named: Mapping[str, Stage]) -> None:
    *sources, target = rest.split()
    root = ROOT
    if sources[0].startswith("--from="):
        root = named[sources.pop(0).removeprefix("--from=")].folder
    into = stage.path(target)
    for source in sources:
        found = root / source.lstrip("/")
        if found.is_dir():
            leave = ("node_modules", "__pycache__") if root == ROOT else ()
            ignored = shutil.ignore_patterns(*leave)
            shutil.copytree(found, into, symlinks=True, ignore=ignored, dirs_exist_ok=True)
        else:
            (into if target.endswith("/") else into.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy(found, into)


def _note(stage: Stage, word: str, rest: str) -> None:
    if word == "WORKDIR":
        stage.workdir = rest
        stage.path(".").mkdir(parents=True, exist_ok=True)
    elif word == "USER":
        stage.user = rest
    elif word == "ENV":
        stage.env |= dict(one.split("=", 1) for one in shlex.split(rest))
    elif word == "ENTRYPOINT":
        stage.command = json.loads(rest)
    elif word == "CMD":
        stage.role = json.loads(rest)
    elif word == "HEALTHCHECK":
        stage.health = json.loads(rest.partition("CMD ")[2])
    else:
        raise SystemExit(f"image-check: {word} is not known here")


def _net_env() -> dict[str, str]:
    """Return how this machine reaches package registries."""
    wanted = ("PIP_", "SSL_CERT_FILE", "npm_config_", "http_proxy", "https_proxy", "HTTPS_PROXY")
    return {name: value for name, value in os.environ.items() if name.startswith(wanted)}


def lend_network(base: Path) -> None:
    """Let the base resolve names and trust whom this machine trusts."""
    for file in ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt"):
        if Path(file).exists():
            (base / file.lstrip("/")).unlink(missing_ok=True)
            shutil.copy(file, base / file.lstrip("/"))


async def serve(stage: Stage, folder: Path) -> list[str]:
    """Run every role in the stage; return in words what is wrong."""
    async with embedded_servers(
        folder, want_postgres=True, want_redis=True, durable=False
    ) as addresses:
        env = stage.env | {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "DATABASE_URL": addresses.database_url,
            "REDIS_URL": addresses.redis_url,
            "SECRET_KEY": "of an image that is thrown away" * 2,
            "PUBLIC_URL": "http://127.0.0.1",
            "HOST": "127.0.0.1",
            "PROBE_HOST": "127.0.0.1",
        }
        if code := await (await _start(stage, "migrate", env)).wait():
            return [f"migrate ended with {code}"]
        wrong = _what_may_be_written(stage)
        for role in ROLES:
            wrong += await _run(stage, role, env | {"PORT": str(free_port())})
        return wrong


async def _run(stage: Stage, role: str, env: dict[str, str]) -> list[str]:
    declared = int(stage.env["PROBE_PORT"])
    probe = declared if _is_free(declared) else free_port()
    began = time.monotonic()
    process = await _start(stage, role, env | {"PROBE_PORT": str(probe)})
    wrong = []
    while not await asyncio.to_thread(_is_ready, probe):
        if process.returncode is not None or time.monotonic() - began > READY_WITHIN_SECONDS:
            wrong.append(f"{role} does not become ready")
            break
        await asyncio.sleep(0.5)
    else:
        if probe == declared and (code := await (await _inside(stage, stage.health, env)).wait()):
            wrong.append(f"HEALTHCHECK of {role} ended with {code}")
        print(
            f"{role} is ready after {time.monotonic() - began:.1f} s, as {stage.user}", flush=True
        )
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    if code := await process.wait():
        wrong.append(f"{role} ended with {code} on SIGTERM")
    return wrong


async def _start(stage: Stage, role: str, env: dict[str, str]) -> asyncio.subprocess.Process:
    return await _inside(stage, [*stage.command, role], env)


async def _inside(
    stage: Stage, words: Sequence[str], env: dict[str, str]
) -> asyncio.subprocess.Process:
    there = f"cd {stage.workdir} && exec {shlex.join(words)}"
    return await asyncio.create_subprocess_exec(*stage.inside(["sh", "-c", there]), env=env)


def _what_may_be_written(stage: Stage) -> list[str]:
    """Return the places of the program that its user may change."""
    look = ["find", stage.workdir, "-writable", "-not", "-type", "l", "-print", "-quit"]
    found = subprocess.run(stage.inside(look), capture_output=True, text=True, check=True).stdout
    return [f"{stage.user} may write to {place}" for place in found.split()]


def _is_free(port: int) -> bool:
    return not _asked(f"http://127.0.0.1:{port}/")


def _is_ready(port: int) -> bool:
    return _asked(f"http://127.0.0.1:{port}/readyz") == 200


def _asked(url: str) -> int:
    """Return the status of the answer, 0 where nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def main() -> int:
    """Build, run, and return the exit code."""
    missing = [name for name in _NEEDED if not shutil.which(name)]
    if not sys.platform.startswith("linux") or os.geteuid():
        missing.append("root on Linux")
    if missing:
        print(f"image-check: skipped, this machine lacks {', '.join(missing)}")
        return 0
    with tempfile.TemporaryDirectory(prefix="image-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        base = folder / "base"
        bring = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(base)]
        subprocess.run(bring, check=True, stdout=subprocess.DEVNULL)
        lend_network(base)
        last = build((ROOT / "deploy" / "Containerfile").read_text(), folder, base)
        (folder / "var").mkdir()
        wrong = asyncio.run(serve(last, folder / "var"))
        # Removing the chroots takes as long as running in them.
        print("\n".join(wrong) or "the image's steps and roles hold", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
