"""Pure: what must be true of money, whatever happens to a booking.

`Party` is one booking. What was paid, what others gave back and what a dispute holds is what was
done to it; what we gave back ourselves is what Stripe says, and must be what we held too much.
"""

from dataclasses import dataclass, field
from typing import Any

DISPUTE_FEE = 2_000
# What leaving costs, so many hours before departure, in percent: our demo operator's fares.
LEAVING = ((168, 0), (48, 25), (12, 50), (2, 80))
HELD, PAID, CONFIRMING, CONFIRMED = "held", "paid", "confirming", "confirmed"
CANCELLED, EXPIRED, REFUSED = "cancelled", "expired", "refused"
STANDING = (PAID, CONFIRMING, CONFIRMED)


def stripe_fee(charged_minor: int) -> int:
    """Return what Stripe takes of a charge by a European card."""
    return charged_minor * 15 // 1000 + 25


def share(amount_minor: int, percent: int) -> int:
    """Return that share, half a cent rounded up."""
    return (amount_minor * percent + 50) // 100


@dataclass
class Sailing:
    """A sailing and what was done to it."""

    id: str
    adult_minor: int
    day: Any
    hours: float  # until it departs
    is_remote: bool = False
    is_late: bool = False
    is_closed: bool = False
    is_cancelled: bool = False

    @property
    def on_sale(self) -> bool:
        """Whether somebody new may travel."""
        return not (self.is_closed or self.is_cancelled)

    @property
    def leaving_percent(self) -> int:
        """What leaving costs now."""
        if self.is_late or self.is_cancelled:
            return 0
        return next((percent for hours, percent in LEAVING if self.hours >= hours), 100)


@dataclass
class Party:
    """One booking: what it costs, what was paid and went back, what we may keep of it."""

    booking: dict[str, Any] = field(repr=False)
    sailing: Sailing
    total_minor: int
    state: str = HELD
    paid_minor: int = 0
    outside_minor: int = 0  # given back in Stripe's dashboard
    disputed_minor: int = 0  # taken by the bank
    dispute: str | None = None  # one that is open
    ours_minor: int = 0  # given back by us, when we last knew all
    failed_minor: int = 0  # of that, what no card took
    by_hand_minor: int = 0
    goodwill_minor: int = 0
    fee_minor: int = 0  # what cancelling cost
    unheard_minor: int = 0  # went back without us since we last knew all
    # What it may cost, and what sail, by changes that were ordered.
    ordered: dict[int, Sailing] = field(default_factory=dict)
    is_over: bool = False  # the time to pay it in
    may_be_refused: bool = False  # its operator said no to somebody

    @property
    def reference(self) -> str:
        return str(self.booking["reference"])

    @property
    def wanted_minor(self) -> int:
        """What we may keep of it in its state."""
        if self.state in STANDING:
            return self.total_minor - self.goodwill_minor
        return self.fee_minor if self.state == CANCELLED else 0

    @property
    def net_minor(self) -> int:
        """What Stripe has of its money, were it not for what we gave back."""
        return self.paid_minor - self.outside_minor - self.disputed_minor

    @property
    def has_more_than_paid(self) -> bool:
        """Whether a bank took what staff had paid by hand before: that is for staff to see."""
        return self.net_minor - self.ours_minor < self.by_hand_minor

    @property
    def leaving_minor(self) -> int:
        """What cancelling costs now."""
        return share(self.total_minor, self.sailing.leaving_percent) if self.paid_minor else 0

    def may_be(self) -> set[str]:
        """The states in which it may be, once we have heard of everything."""
        is_gone = not self.sailing.on_sale or self.is_over
        if self.state == HELD and not self.paid_minor:
            return {HELD, EXPIRED} if is_gone else {HELD}
        if self.state in (HELD, PAID, CONFIRMING):
            refused = {REFUSED} if self.may_be_refused else set()
            ended = {EXPIRED, REFUSED, CANCELLED} if is_gone else set()
            waits = {CONFIRMING} if self.sailing.is_remote else set()
            given_back = {CANCELLED} if self.outside_minor else set()
            return {CONFIRMED} | refused | ended | waits | given_back
        if self.state == CONFIRMED:
            return {CONFIRMED, CANCELLED} if self.outside_minor else {CONFIRMED}
        return {self.state}

    def follow(self, state: str, total_minor: int) -> None:
        """It has that state and costs that much now: either is one of the few that may be."""
        assert state in self.may_be(), (state, self)
        if self.state != CANCELLED == state:
            self.fee_minor = 0  # nobody asked to leave
        self.state = state
        assert total_minor in (self.total_minor, *self.ordered), (total_minor, self)
        self.total_minor = total_minor
        self.sailing = self.ordered.pop(total_minor, self.sailing)

    def gave(self, ours_minor: int, owed_minor: int) -> None:
        """We have given that much of it back, and say that we owe so much more.

        What we held too much was given back, all of it and nothing else: what nobody had told us
        when we sent it may have gone twice.
        """
        was_minor = self.net_minor - self.ours_minor - self.by_hand_minor
        due_minor = max(0, was_minor - self.wanted_minor - self.failed_minor)
        new_minor = ours_minor - self.ours_minor
        assert due_minor <= new_minor <= due_minor + self.unheard_minor, (
            new_minor,
            due_minor,
            self,
        )
        self.ours_minor, self.unheard_minor = ours_minor, 0
        left_minor = self.net_minor - ours_minor - self.by_hand_minor
        too_much_minor = max(0, left_minor - self.wanted_minor)
        assert too_much_minor <= self.failed_minor, (owed_minor, self)
        # Whether what a bank holds counts towards what no card took is for staff to say.
        most_minor = too_much_minor + self.disputed_minor
        assert too_much_minor <= owed_minor <= most_minor, (owed_minor, self)
        self.failed_minor = owed_minor

    def paid_by_hand(self, owed_minor: int, paid_minor: int) -> None:
        """Staff have dealt with what was owed: what the bank does not hold was paid by hand."""
        assert 0 <= owed_minor - paid_minor <= self.disputed_minor, (owed_minor, paid_minor, self)
        self.by_hand_minor += paid_minor
        self.failed_minor = max(0, self.failed_minor - owed_minor)


class Account:
    """Our account at Stripe."""

    def __init__(self) -> None:
        self.parties: list[Party] = []
        self.fees_minor = 0

    @property
    def balance_minor(self) -> int:
        """What Stripe has of all that was done to the parties, but for what we gave back."""
        return sum(party.net_minor for party in self.parties) - self.fees_minor

    def charged(self, party: Party, amount_minor: int) -> None:
        """A card was charged."""
        party.paid_minor += amount_minor
        self.fees_minor += stripe_fee(amount_minor)

    def given_back(self, party: Party, amount_minor: int) -> None:
        """Somebody gave that much back in Stripe's dashboard."""
        party.outside_minor += amount_minor
        party.unheard_minor += amount_minor

    def disputed(self, party: Party, dispute: str, amount_minor: int) -> None:
        """The bank has taken it."""
        party.dispute = dispute
        party.disputed_minor += amount_minor
        party.unheard_minor += amount_minor
        self.fees_minor += DISPUTE_FEE

    def won(self, party: Party, amount_minor: int) -> None:
        """The bank has given it back to us."""
        party.disputed_minor -= amount_minor
