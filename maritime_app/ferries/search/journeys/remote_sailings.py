"""What remote operators have said lately of sailings that may be part of a journey with changes.

A search reads what is kept here and waits for nobody. What is missing is asked for behind it, a few
questions at a time; when the answer is there, searches that lacked it are dropped from the cache.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.ferries.model import Party, Place
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.sailings.service import day_tag
from maritime_app.ferries.search.model import OperatorStatus, SailingOffer
from maritime_app.ferries.search.offers import operator_offers
from maritime_app.infra.cache.two_level import Filled
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.telemetry import log
from maritime_app.resources import Part, Resources

_AT_ONCE = 4  # an operator has travellers to answer who wait for it
_MOST_WAITING = 100  # questions beyond are asked by a later search
logger = log.get(__name__)


class KnownSailings(msgspec.Struct, frozen=True):
    """What an operator said of two ports and a day, and when; no sailings where it was away."""

    status: OperatorStatus
    as_of: datetime
    sailings: tuple[SailingOffer, ...] = ()


class RemoteQuestion(msgspec.Struct, frozen=True):
    """A remote operator's sailings between two ports on a local day, for a party."""

    operator: str
    origin: Place
    destination: Place
    day: date
    party: Party

    @property
    def key(self) -> str:
        """Return the key of the answer in the cache."""
        ends = f"{self.origin.code}:{self.destination.code}"
        return f"ferries:remote:{self.operator}:{ends}:{self.day}:{self.party.key}"

    @property
    def news_tag(self) -> str:
        """Return what drops searches when there is an answer that they could not know."""
        return news_tag(self.operator, self.origin.code, self.destination.code, self.day)


def news_tag(operator: str, origin: str, destination: str, day: date) -> str:
    """Return the tag of searches to which an operator's answer for that day matters."""
    return f"remote:{operator}:{origin}:{destination}:{day}"


class RemoteSailings:
    """The answers of this process, and the questions under way."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._running: dict[str, asyncio.Task[None]] = {}

    async def answers(self, questions: Sequence[RemoteQuestion]) -> list[KnownSailings | None]:
        """Return what is known of each; None: not yet, and it is being asked for now."""
        found = await asyncio.gather(*(self._known(question) for question in questions))
        for question, answer in zip(questions, found, strict=True):
            if answer is None:
                self._look_up(question)
        return list(found)

    async def idle(self) -> None:
        """Wait until no question is under way."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def close(self) -> None:
        """Ask for nothing any more."""
        await end(*self._running.values())

    async def _known(self, question: RemoteQuestion) -> KnownSailings | None:
        cache = self._res.cache
        known = cache.local(question.key) or await cache.shared(question.key)
        return msgspec.json.decode(known.body, type=KnownSailings) if known else None

    def _look_up(self, question: RemoteQuestion) -> None:
        if question.key in self._running or len(self._running) >= _MOST_WAITING:
            return
        task = asyncio.create_task(self._ask(question), name="ferries.remote_sailings")
        self._running[question.key] = task
        task.add_done_callback(lambda _ended: self._running.pop(question.key, None))

    async def _ask(self, question: RemoteQuestion) -> None:
        tags = [day_tag(question.origin.code, question.destination.code, question.day)]
        try:
            async with self._gate:
                await self._res.cache.get(question.key, tags, lambda: self._fill(question, tags))
            await self._res.cache.bump([question.news_tag])
        except Refusal as refusal:
            log.sparingly(logger, "remote_sailings_not_asked", reason=refusal.message)

    async def _fill(self, question: RemoteQuestion, tags: Sequence[str]) -> Filled:
        operator = operators.of(self._res).operators[question.operator]
        ends = (question.origin, question.destination)
        said = await operator_offers.answer(self._res, operator, ends, question.day, question.party)
        answer = KnownSailings(said.state.status, clock.now().replace(microsecond=0), said.offers)
        settings = self._res.settings.search
        is_whole = said.state.status is OperatorStatus.OK
        seconds = settings.cache_seconds if is_whole else settings.partial_cache_seconds
        return Filled(msgspec.json.encode(answer), tags, seconds)


REMOTE_SAILINGS = Part("ferries.remote_sailings", RemoteSailings)
