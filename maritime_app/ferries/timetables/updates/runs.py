"""Which run of a trip is meant that leaves several times a day (frequencies.txt). Pure."""

from collections.abc import Sequence


def start_meant(
    starts: Sequence[int], headways: Sequence[int | None], said: int | None
) -> int | None:
    """Return the first departure of the run that is said to leave then; None: it is none of them.

    Of a trip that leaves once nothing need be said. Where it leaves about so often, its publisher
    says when a run really left: it is the one in whose time that falls.
    """
    if len(starts) == 1:
        return starts[0]
    if said is None or said in starts:
        return said
    for start, headway in zip(starts, headways, strict=True):
        if headway is not None and start <= said < start + headway:
            return start
    return None
