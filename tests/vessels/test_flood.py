"""A feed that sends faster than anybody can read leaves the others of its process their turns."""

import asyncio
import threading

import uvloop
from websockets.frames import Frame, Opcode
from websockets.sync.server import serve

from maritime_app.settings import file as settings
from maritime_app.vessels.feed import aisstream

_FRAMES = 20_000
_FRAME = Frame(Opcode.BINARY, b"x" * 500).serialize(mask=False)


class Counting:
    """A sink that notes how many frames it was given between two turns of the loop."""

    def __init__(self, over: asyncio.Event) -> None:
        self.taken = self.most = 0
        self._since_turn = 0
        self._over = over

    def take_all(self, frames):
        self.taken += len(frames)
        self._since_turn += len(frames)
        self.most = max(self.most, self._since_turn)
        if self.taken == _FRAMES:
            self._over.set()

    def opened(self):
        asyncio.get_running_loop().call_soon(self._turn)

    def closed(self):
        pass

    def is_silent(self):
        return False

    def _turn(self):
        self._since_turn = 0
        if not self._over.is_set():
            asyncio.get_running_loop().call_soon(self._turn)


def flood(connection):
    connection.recv()
    connection.socket.sendall(_FRAME * _FRAMES)
    connection.recv_messages.get(timeout=20)


def test_it_works():
    server = serve(flood, "127.0.0.1", 0, compression=None)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        counting = uvloop.run(_follow(server.socket.getsockname()[1]))
    finally:
        server.shutdown()
        thread.join()
    assert counting.taken == _FRAMES
    assert counting.most < 2_000  # a read of the loop's buffer, and not dozens of them


async def _follow(port):
    over = asyncio.Event()
    counting = Counting(over)
    found = settings.replace(settings.load(), aisstream={"url": f"ws://127.0.0.1:{port}/"})
    async with asyncio.timeout(20):
        await aisstream.follow(found.aisstream, counting, over)
    return counting
