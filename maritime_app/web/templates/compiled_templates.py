"""Templates as an earlier process compiled them: the first reader of a page waits for none."""

import asyncio
import contextlib
import pickle
from collections.abc import Iterable, Sequence
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

_PROJECT = Path(__file__).resolve().parents[3]  # where a command finds our modules
# What the pickle in front of a file's code raises when a failing power or disk has cut it.
_CUT = (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, ValueError)


class CompiledTemplates(jinja2.FileSystemBytecodeCache):
    """One private folder with a file per template.

    Each file names Python, Jinja and the source that it was compiled of: another one is compiled
    again and takes its place. What cannot be kept (no place, no right to) is compiled by each
    process.
    """

    def __init__(self, folder: Path) -> None:
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what was kept, if it can be read."""
        with contextlib.suppress(OSError, *_CUT):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just compiled, whole or not at all."""
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


async def compile_ahead(environment: jinja2.Environment, elsewhere: Sequence[str] = ()) -> None:
    """Have at hand what pages are made of, before anybody asks for it.

    To compile the layout alone takes a tenth of a second, in which the event loop would answer
    nobody: the first process on a machine has kept none. The command `elsewhere` compiles what is
    not kept; whatever it leaves, a thread does, one by one. Left, it ends.
    """
    names = _names(environment)
    if elsewhere:
        is_any_missing = await asyncio.to_thread(_is_any_missing, environment, names)
        if is_any_missing:
            await _run(elsewhere)
    for name in names:
        await asyncio.to_thread(environment.get_template, name)


def compile_missing(environment: jinja2.Environment) -> None:
    """Compile what is not kept of them. Blocking."""
    for name in _names(environment):
        environment.get_template(name)


async def _run(command: Sequence[str]) -> None:
    quiet = asyncio.subprocess.DEVNULL
    try:
        child = await asyncio.create_subprocess_exec(
            *command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=_PROJECT
        )
    except OSError:
        return
    try:
        await child.wait()
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def _names(environment: jinja2.Environment) -> list[str]:
    return environment.list_templates(filter_func=_is_of_pages)


def _is_any_missing(environment: jinja2.Environment, names: Iterable[str]) -> bool:
    kept, loader = environment.bytecode_cache, environment.loader
    if kept is None or loader is None:
        return True
    for name in names:
        source, file, _is_current = loader.get_source(environment, name)
        if kept.get_bucket(environment, name, file, source).code is None:
            return True
    return False


def _is_of_pages(name: str) -> bool:
    """Whether pages use it: mails and the sandbox have environments of their own."""
    folder, _, rest = name.partition("/")
    return folder not in ("emails", "sandbox") and not rest.startswith("mails/")
