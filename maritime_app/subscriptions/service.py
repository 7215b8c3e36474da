"""The subscriptions of one noun: whose link a token is, and what can be done with it."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar
from uuid import UUID

from msgspec import Struct

from maritime_app import signed_links
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.subscriptions.model import SubscriptionEvent

SubscriptionT = TypeVar("SubscriptionT")
_MOST_AT_ONCE = 500
_UNCONFIRMED_DAYS = 7


class Subscriptions(Struct, Generic[SubscriptionT], frozen=True):
    """What the subscriptions of one noun are read and changed with.

    `noun` is what their links are signed for and the code of what is not there. `overdue` returns
    those whose last day is over, or that nobody has confirmed for so many days.
    """

    noun: str
    find: Callable[[Conn, UUID], Awaitable[SubscriptionT | None]]
    apply: Callable[[Conn, UUID, SubscriptionEvent], Awaitable[bool]]
    overdue: Callable[[Conn, int, int], Awaitable[list[UUID]]]

    async def opened(self, res: Resources, subscription_id: UUID) -> SubscriptionT:
        """Return a subscription; raise NotFound."""
        async with res.db.acquire() as conn:
            found = await self.find(conn, subscription_id)
        if found is None:
            raise self.unknown()
        return found

    async def act(self, res: Resources, subscription_id: UUID, event: SubscriptionEvent) -> None:
        """Confirm, pause, resume or end one; what its state does not allow changes nothing."""
        async with res.db.transaction() as conn:
            await self.apply(conn, subscription_id, event)

    async def expire(self, res: Resources) -> int:
        """End what is overdue, at most so much at once; return how many."""
        async with res.db.transaction() as conn:
            overdue = await self.overdue(conn, _UNCONFIRMED_DAYS, _MOST_AT_ONCE)
            for subscription_id in overdue:
                await self.apply(conn, subscription_id, SubscriptionEvent.EXPIRE)
        return len(overdue)

    def id_of(self, res: Resources, token: str) -> UUID:
        """Return whose link it is; raise NotFound."""
        found = signed_links.subject(res.settings, self.noun, token)
        if found is None:
            raise self.unknown()
        return found

    def unknown(self) -> NotFound:
        """Return the refusal of a link that is none of ours."""
        return NotFound(_("There is no such alert."), code=self.noun)
