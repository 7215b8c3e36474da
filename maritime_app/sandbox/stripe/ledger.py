"""Everything the provider knows: objects, idempotency keys, deliveries.

One journal line per operation.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from maritime_app.sandbox.journal import Journal
from maritime_app.sandbox.stripe.model import Obj, StripeProblem

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Objects that only the sandbox itself looks at; they never leave it.
ORDER = "_order"
SETTLING = "_settling"
KEY = "_key"
CARD = "_card"


class Ledger:
    """Objects by id, newest last by kind. Change an object, `put` it, and `flush` once at the end.

    Nothing here waits, so between two awaits an operation happens whole or not at all, and the
    journal holds it in a single line: after kill -9 the provider remembers exactly what it had
    answered.
    """

    def __init__(self, journal: Journal, seed: int) -> None:
        self._journal = journal
        self._seed = seed
        self._count = 0
        self._objects: dict[str, Obj] = {}
        self._kinds: dict[str, dict[str, None]] = {}
        self._dirty: dict[str, Obj | None] = {}
        self._news: list[Obj] = []
        self.on_event: Callable[[Obj], None] = lambda _: None
        self.has_endpoint: Callable[[], bool] = lambda: False
        self._load()

    def _load(self) -> None:
        lines = 0
        for record in self._journal.replay():
            lines += 1
            self._count = record["count"]
            for obj in record["put"]:
                self._remember(obj)
            for gone in record["gone"]:
                self._forget(gone)
        if lines > 2 * len(self._objects) + 1000:
            self._journal.rewrite(self._snapshot())

    def _snapshot(self) -> Iterator[Any]:
        for obj in self._objects.values():
            yield {"count": self._count, "put": [obj], "gone": []}

    def _remember(self, obj: Obj) -> None:
        self._objects[obj["id"]] = obj
        self._kinds.setdefault(obj["object"], {})[obj["id"]] = None

    def _forget(self, identifier: str) -> None:
        obj = self._objects.pop(identifier, None)
        if obj is not None:
            self._kinds[obj["object"]].pop(identifier, None)

    def new_id(self, prefix: str, length: int = 24) -> str:
        """An identifier that only depends on the seed and on how many were given out before."""
        self._count += 1
        number = int.from_bytes(
            hashlib.sha512(f"{self._seed}:{self._count}".encode()).digest(), "big"
        )
        text = ""
        while len(text) < length:
            number, digit = divmod(number, 62)
            text += _LETTERS[digit]
        return f"{prefix}_{text}"

    def put(self, obj: Obj) -> Obj:
        """Keep a new or changed object."""
        self._remember(obj)
        self._dirty[obj["id"]] = obj
        return obj

    def announce(self, event: Obj) -> None:
        """Keep an event, and tell about it once it is written down."""
        self._news.append(self.put(event))

    def drop(self, identifier: str) -> None:
        """Forget an object."""
        self._forget(identifier)
        self._dirty[identifier] = None

    def find(self, identifier: str) -> Obj | None:
        """The object of that id, whatever its kind."""
        return self._objects.get(identifier)

    def get(self, kind: str, identifier: str, param: str = "id") -> Obj:
        """The object of that kind and id, else the provider's 404."""
        obj = self._objects.get(identifier)
        if obj is None or obj["object"] != kind:
            name = kind.replace(".", " ")
            raise StripeProblem(
                f"No such {name}: '{identifier}'", status=404, code="resource_missing", param=param
            )
        return obj

    def all(self, kind: str) -> Iterator[Obj]:
        """Objects of a kind, newest first."""
        for identifier in reversed(list(self._kinds.get(kind, ()))):
            yield self._objects[identifier]

    def flush(self) -> None:
        """Write down everything that was put since the last flush; then tell about new events."""
        if not self._dirty:
            return
        changed = [obj for obj in self._dirty.values() if obj is not None]
        gone = [identifier for identifier, obj in self._dirty.items() if obj is None]
        news, self._news, self._dirty = self._news, [], {}
        self._journal.append({"count": self._count, "put": changed, "gone": gone})
        for event in news:
            self.on_event(event)

    def close(self) -> None:
        """Write down what is left and close the file."""
        self.flush()
        self._journal.close()
