"""The watermark of training mode: every answer of a node with invented people says so (docs/training.md)."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER, MARK = "jejak-training", "invented-people"


class Watermark:
    """Adds the header to whatever is answered, problems too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = MARK
            await send(message)

        await self._app(scope, receive, marked if scope["type"] == "http" else send)
