"""A secret that is generated on first use and kept in a file that only its owner can read."""

import contextlib
import os
import secrets
from pathlib import Path

_BYTES = 48


def secret_in(path: Path) -> str:
    """Return the secret in the file, of 384 random bits and URL-safe; several processes that start
    at once get the same one.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # a link, unlike a rename, overwrites nothing
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text().strip()
