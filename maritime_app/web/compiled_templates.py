"""Templates as an earlier process compiled them: the first reader of a page waits for none."""

import asyncio
import contextlib
import pickle
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

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


async def compile_ahead(environment: jinja2.Environment) -> None:
    """Compile in a thread, one by one, what pages are made of.

    To compile the layout alone takes a tenth of a second, in which the event loop would answer
    nobody: the first process on a machine has kept none.
    """
    for name in environment.list_templates(filter_func=_is_of_pages):
        await asyncio.to_thread(environment.get_template, name)


def _is_of_pages(name: str) -> bool:
    """Whether pages use it: mails and the sandbox have environments of their own."""
    folder, _, rest = name.partition("/")
    return folder not in ("emails", "sandbox") and not rest.startswith("mails/")
