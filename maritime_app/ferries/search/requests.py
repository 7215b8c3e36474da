"""Pure: from a search as it was asked to a question that has been understood."""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from maritime_app.errors import Invalid
from maritime_app.ferries.model import Party
from maritime_app.ferries.parties import party_of
from maritime_app.ferries.sailings.service import day_tag
from maritime_app.ferries.search.model import SearchQuery
from maritime_app.ferries.timetables.model import TIMETABLES_TAG
from maritime_app.i18n import translate as _

_LOCODE = re.compile(r"[A-Za-z]{2}[A-Za-z2-9]{3}")
_MOST_DAYS_AHEAD = 400  # no timetable reaches further
_REMEMBERED: Final = 1_024  # ways of writing places: everybody asks for the same few


@dataclass(frozen=True, slots=True)
class Question:
    """A search that has been understood: places in our spelling, the party, local days.

    `cache_key` is one key for every way of asking the same.
    """

    origin: str
    destination: str
    date: dt.date
    return_date: dt.date | None
    party: Party
    cache_key: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        back = self.return_date.isoformat() if self.return_date else ""
        ends = f"{self.origin}:{self.destination}"
        key = f"ferries:search:{ends}:{self.date}:{back}:{self.party.key}"
        object.__setattr__(self, "cache_key", key)

    @property
    def cache_tags(self) -> list[str]:
        """Return what drops the answer: whatever happens to a sailing of that day and direction,
        and every new edition of a timetable.
        """
        tags = [TIMETABLES_TAG, day_tag(self.origin, self.destination, self.date)]
        if self.return_date:
            tags.append(day_tag(self.destination, self.origin, self.return_date))
        return tags


def question(request: SearchQuery, today: dt.date) -> Question:
    """Return the request understood; raise Invalid for what has no answer."""
    party, fields, code, message = Party(1, 0, 0), {}, "", ""
    try:
        party = party_of(request)
    except Invalid as refusal:
        fields, code, message = dict(refusal.fields), refusal.code, refusal.message
    origin, destination = _canonical(request.origin), _canonical(request.destination)
    found = Question(origin, destination, request.date, request.return_date, party)
    if found.origin == found.destination:
        fields["to"] = _("Origin and destination are the same.")
    if found.return_date and found.return_date < found.date:
        fields["return_date"] = _("The way back is before the way out.")
    days_ahead = (found.date - today).days
    if days_ahead < -1:  # somewhere it is still yesterday
        fields["date"] = _("That day has passed.")
    if days_ahead > _MOST_DAYS_AHEAD:
        fields["date"] = _("No timetable reaches that far.")
    if fields:
        raise Invalid(message or next(iter(fields.values())), fields, code=code)
    return found


@lru_cache(_REMEMBERED)
def _canonical(code: str) -> str:
    """Return a UN/LOCODE in capitals, without its space; a timetable's stop id as it is."""
    text = code.strip()
    if text[2:3] == " " and text.isupper() and _LOCODE.fullmatch(text.replace(" ", "")):
        text = text.replace(" ", "")
    return text.upper() if _LOCODE.fullmatch(text) else text
