"""Which feed a file belongs to: who publishes it, never what the file is called. Pure."""

import re
import unicodedata
from collections.abc import Sequence

from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.timetables.editions.model import Publisher, StoredFeed
from maritime_app.ferries.timetables.gtfs.model import Feed

MAX_NAME = 40
_FEEDS_NAMED = 5
_NAMED = 3  # agencies of a feed that does not say who publishes it
_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")
# What publishers call any feed: it says nothing about whose it is.
_USUAL_STEMS = {"gtfs", "google-transit", "gtfs-static", "feed", "latest", "current", "download"}


def publisher(feed: Feed) -> Publisher:
    """Return who publishes the feed: feed_info.txt, else its agencies by name."""
    if feed.info.publisher:
        return Publisher(feed.info.publisher, feed.info.publisher_url)
    agencies = sorted(feed.agencies.values(), key=lambda agency: agency.name)
    names = list(dict.fromkeys(agency.name for agency in agencies))
    named = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        named += f" and {len(names) - _NAMED} others"
    return Publisher(named, next((each.url for each in agencies if each.url), "")[:200])


def checked_name(name: str) -> str:
    """Return a name that was given; raise Invalid for one that stops' codes cannot have."""
    if not _NAME.match(name):
        words = "A feed's name (--feed) has small letters, digits and hyphens, at most 40 of them."
        raise Invalid(words, {"feed": name[:80]})
    return name


def label(who: Publisher, stem: str, taken: Sequence[str]) -> str:
    """Return a name for a publisher's first feed that nobody has yet.

    The file's name is only a proposal, where it is one: what counts from then on is the publisher.
    """
    proposals = [slug(stem) if slug(stem) not in _USUAL_STEMS else "", slug(who.name), "feed"]
    first = next(filter(None, proposals))
    numbered = [first, *(f"{first[: MAX_NAME - 3]}-{number}" for number in range(2, 100))]
    return next(name for name in numbered if name not in taken)


def belonging(known: Sequence[StoredFeed], who: Publisher, stem: str) -> StoredFeed | None:
    """Return the publisher's feed of which the file is an edition; None: it is a new feed.

    Raise Conflict where the publisher has several, or one under a name that the file contradicts.
    """
    if not known:
        return None
    named = slug(stem)
    same = [feed for feed in known if feed.name == named]
    if same:
        return same[0]
    if len(known) == 1 and (named in _USUAL_STEMS or not named or slug(who.name) == known[0].name):
        return known[0]
    named_here = [feed.name for feed in known[:_FEEDS_NAMED]]
    more = f" and {len(known) - _FEEDS_NAMED} more" if len(known) > _FEEDS_NAMED else ""
    names = " or ".join(f"--feed {name}" for name in named_here)
    words = (
        f"{who.name} publishes {', '.join(named_here)}{more} already. Say {names} if "
        "this is a new edition of it, or give another name with --feed if it is another timetable."
    )
    raise Conflict(words, code="which_feed")


def slug(text: str) -> str:
    """Return the text as a name: small ASCII letters, digits and hyphens; perhaps nothing."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_NAME].strip("-")
