"""What changed, and what a mail says of it."""

from datetime import datetime
from enum import StrEnum, auto

import msgspec

from maritime_app.i18n import translate as _


class Change(StrEnum):
    """What changed of how somebody signs in, or what now may act for them."""

    PASSWORD_CHANGED = auto()
    PASSWORD_RESET = auto()
    SECOND_FACTOR_ON = auto()
    SECOND_FACTOR_OFF = auto()
    SECOND_FACTOR_RESET = auto()
    RECOVERY_CODES = auto()
    PASSKEY_ADDED = auto()
    PASSKEY_REMOVED = auto()
    TOKEN_MADE = auto()
    NEW_DEVICE = auto()


class ChangeNotice(msgspec.Struct, frozen=True):
    """A change of somebody's credentials; no secret and no link that signs in.

    `what` names the passkey, the token or the browser; `by_another` is an administrator.
    """

    change: Change
    name: str
    at: datetime
    by_another: bool = False
    what: str = ""

    @property
    def headline(self) -> str:
        """Return what has changed, in the current language."""
        return {
            Change.PASSWORD_CHANGED: _("Your password was changed"),
            Change.PASSWORD_RESET: _("Your password was reset"),
            Change.SECOND_FACTOR_ON: _("Your second factor was switched on"),
            Change.SECOND_FACTOR_OFF: _("Your second factor was switched off"),
            Change.SECOND_FACTOR_RESET: _("Your second factor and your passkeys were removed"),
            Change.RECOVERY_CODES: _("New recovery codes were made for your account"),
            Change.PASSKEY_ADDED: _("A passkey was added to your account"),
            Change.PASSKEY_REMOVED: _("A passkey was removed from your account"),
            Change.TOKEN_MADE: _("An API token was made that acts for you"),
            Change.NEW_DEVICE: _("Your account was signed in to from a new device"),
        }[self.change]

    @property
    def advice(self) -> str:
        """Return what to do about it, in the current language."""
        if self.by_another:
            return _(
                "An administrator did this. If you did not ask for it, tell another "
                "administrator at once."
            )
        return _(
            "If it was you, there is nothing to do. If not: change your password, end your other "
            "sessions, remove tokens and passkeys that you do not know, and tell an administrator "
            "at once."
        )
