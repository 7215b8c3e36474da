"""What is to be played, and how fast. Pure."""

from pathlib import Path
from typing import Final, NamedTuple

FASTEST: Final = 60.0


class Recording(NamedTuple):
    """A file, and how many seconds of it are played in one."""

    path: Path
    speed: float


def recording_of(text: str) -> Recording:
    """Return what "FILE" or "FILE@SPEED" names; raise ValueError for a speed outside 0.1 to 60."""
    name, at, speed_text = text.rpartition("@")
    if not at:
        return Recording(Path(text), 1.0)
    try:
        speed = float(speed_text)
    except ValueError:
        return Recording(Path(text), 1.0)  # the @ is a part of the file's name
    if not 0.1 <= speed <= FASTEST:
        raise ValueError(f"{text!r}: a recording is played at 0.1 to {FASTEST:g} times its speed")
    return Recording(Path(name), speed)
