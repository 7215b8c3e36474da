"""A stop of a feed as a code of ours, and back. Pure.

A code is one part of an address, so "/" is written as in a JSON pointer (RFC 6901): "~1", and "~"
as "~0".
"""


def code(feed: str, stop_id: str) -> str:
    """Return the code of a stop: "<feed>:<stop id>"."""
    return f"{feed}:{stop_id.replace('~', '~0').replace('/', '~1')}"


def split(code: str) -> tuple[str, str] | None:
    """Return feed and stop id of a code; None for what is no stop's code."""
    feed, colon, stop_id = code.partition(":")
    if not (feed and colon and stop_id):
        return None
    return feed, stop_id.replace("~1", "/").replace("~0", "~")


def source(feed: str) -> str:
    """Return what stands as the source of the feed's stops and operators."""
    return f"gtfs:{feed}"
