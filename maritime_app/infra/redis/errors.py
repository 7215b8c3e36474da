"""What can happen to a command, and what an address may not say."""

from maritime_app.errors import Unavailable


class RedisError(Unavailable):
    """Redis does not answer, or refuses the command; `reply` is what it said ("LOADING ...")."""

    def __init__(self, reply: str = "", *, message: str = "Our cache does not answer.") -> None:
        super().__init__(message, retry_after_seconds=2)
        self.reply = reply

    @property
    def code_said(self) -> str:
        """Return the word by which a server says why ("LOADING", "NOAUTH"); "" without one."""
        word = self.reply.partition(" ")[0]
        return word if word.isascii() and word.isalpha() and word.isupper() else ""


class LineLost(RedisError):
    """The line ended before the answer; `sent` unless the command certainly never left."""

    def __init__(self, *, sent: bool = True) -> None:
        super().__init__("the line ended")
        self.sent = sent


class WrongServer(RedisError):
    """What answers can never serve us, a Cluster or a Sentinel: no start is worth trying."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, message=f"REDIS_URL: {reason}")


class AddressError(ValueError):
    """A Redis address says something that cannot be honoured; the message never shows it whole."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"REDIS_URL: {reason}")
