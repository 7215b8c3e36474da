"""What must always be true, as a domain declares it: a query that returns the exceptions.

A look must not cost more the longer the service has run. So an invariant is checked on a walk: on
what has been touched since the last look, and on the next slice of all there ever was, which comes
round again. What is few by itself (a partial index leads to it) is looked at whole.
"""

from uuid import UUID

import msgspec

from maritime_app.infra.queries import Query


class Walk(msgspec.Struct, frozen=True):
    """Whose rows are looked at: subjects by their UUID.

    `touched(since, first_id)` returns those to which something has happened since then (`first_id`:
    the first UUIDv7 of that instant), `following(after, most)` the next ones in the order of ids.
    """

    name: str
    touched: Query
    following: Query


class Invariant(msgspec.Struct, frozen=True):
    """What must always be true: `meaning` in words, `query` returns the exceptions.

    With a `walk` the query takes the ids of subjects and returns id, subject, detail; without one
    it takes nothing, or `patience_seconds`: for how long something may hang.
    """

    name: str
    meaning: str
    query: Query
    walk: Walk | None = None
    patience_seconds: float | None = None


class Exceptional(msgspec.Struct, frozen=True):
    """A row of an invariant's query; `id` is the walk's subject, None where all is looked at."""

    subject: str
    detail: str
    id: UUID | None = None
