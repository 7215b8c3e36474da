"""The provider as a whole: one ledger, its keys and its deliveries."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from maritime_app.sandbox.faults import FAULT_SWITCHES, FaultSwitches
from maritime_app.sandbox.journal import Journal
from maritime_app.sandbox.model import SandboxConfig
from maritime_app.sandbox.stripe import timers
from maritime_app.sandbox.stripe.delivery import Delivery
from maritime_app.sandbox.stripe.idempotency import Keys
from maritime_app.sandbox.stripe.ledger import Ledger
from maritime_app.sandbox.stripe.model import Obj
from maritime_app.sandbox.stripe.params import Call

_TICK_SECONDS = 0.5


class Provider:
    """What the API, the payment page and the control page share."""

    def __init__(self, config: SandboxConfig, switches: FaultSwitches) -> None:
        self.switches = switches
        self._config = config
        self.ledger = Ledger(Journal.within(config.var_dir, "stripe.jsonl"), config.seed)
        self.keys = Keys(self.ledger)
        self.delivery = Delivery(self.ledger, switches, self.endpoints, config.webhook_secret)
        self.ledger.on_event = self.delivery.schedule
        self.ledger.has_endpoint = lambda: bool(self.endpoints())

    def endpoints(self) -> list[str]:
        """Where events go now."""
        return (self.switches.faults.stripe.webhook_url or self._config.webhook_url).split()

    def call(self, request: web.Request | None = None, params: Obj | None = None) -> Call:
        """A call that arrives now; without a request it is the provider's own doing."""
        return Call(
            ledger=self.ledger,
            params=params if params is not None else {},
            path_id=request.match_info.get("id", "") if request else "",
            url=request.path.removeprefix("/stripe") if request else "",
            origin=str(request.url.origin()) if request else "",
            now=int(time.time()),
            request_id=self.ledger.new_id("req", 14) if request else "",
            idempotency_key=request.headers.get("Idempotency-Key") if request else None,
            faults=self.switches.faults.stripe,
        )

    def perform(self, call: Call, action: Callable[[Call], Obj]) -> Obj:
        """Do it and write it down, whatever comes of it."""
        try:
            return action(call)
        finally:
            self.ledger.flush()

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        """Deliver events and let time pass while the application runs."""
        tasks = [asyncio.create_task(self.delivery.run()), asyncio.create_task(self._pass_time())]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.ledger.close()

    async def _pass_time(self) -> None:
        while True:
            timers.tick(self.call)
            await asyncio.sleep(_TICK_SECONDS)


PROVIDER: web.AppKey[Provider] = web.AppKey("sandbox_stripe", Provider)


def mount(app: web.Application, config: SandboxConfig) -> Provider:
    """Put the provider into the application."""
    provider = Provider(config, app[FAULT_SWITCHES])
    app[PROVIDER] = provider
    app.cleanup_ctx.append(provider.run)
    return provider
