"""The first page: what is played, and where."""

from aiohttp import web

from maritime_app.sandbox.mail.sink import MAILBOX, smtp_port
from maritime_app.sandbox.model import SandboxConfig
from maritime_app.sandbox.pages import page
from maritime_app.sandbox.stripe.provider import PROVIDER


def mount(
    app: web.Application, config: SandboxConfig, operators: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    """Serve the overview of the parts that are played."""

    async def show(request: web.Request) -> web.Response:
        origin = str(request.url.origin())
        return page(
            "index.html",
            origin=origin,
            socket_origin=origin.replace("http", "ws", 1),
            host=config.host,
            smtp_port=smtp_port(app),
            operators=operators,
            parts=parts,
            mails=len(app[MAILBOX]),
            endpoints=app[PROVIDER].endpoints(),
        )

    app.router.add_get("/", show)
