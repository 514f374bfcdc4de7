"""How often a piece of work waits for PostgreSQL: a relay between the two counts the turns of the conversation."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from django.db import connections

CHUNK = 1 << 16


class Relay:
    """Passes bytes between a client on loopback and the server, and counts how often the client's turn began.

    Statements sent together are one turn: the server answers a pipeline when it reaches the pipeline's end.
    """

    def __init__(self, host: str, port: int):
        self.server = (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.turns = 0
        self._speaker = "server"
        self._stopped = False

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopped = True
        self.listener.close()

    def _accept(self) -> None:
        while not self._stopped:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client, self._dial()), daemon=True).start()

    def _dial(self) -> socket.socket:
        host, port = self.server
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(Path(host) / f".s.PGSQL.{port}"))
        return server

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ, ("client", server))
            ready.register(server, selectors.EVENT_READ, ("server", client))
            while True:
                for key, _ in ready.select():
                    speaker, listener = key.data
                    said = key.fileobj.recv(CHUNK)  # type: ignore[union-attr]
                    if not said:
                        return
                    if speaker == "client" and self._speaker == "server":
                        self.turns += 1
                    self._speaker = speaker
                    listener.sendall(said)


@contextmanager
def counting_round_trips() -> Iterator[Relay]:
    """Lead the default connection through a relay whose `turns` count; log-in is over when the block begins."""
    connection = connections["default"]
    settings = connection.settings_dict
    host, port = settings["HOST"] or "/tmp", int(settings["PORT"] or 5432)  # noqa: S108 - PostgreSQL's own default
    connection.close()
    with Relay(host, port) as relay:
        settings["HOST"], settings["PORT"] = "127.0.0.1", str(relay.port)
        try:
            connection.ensure_connection()
            relay.turns = 0
            yield relay
        finally:
            connection.close()
            settings["HOST"], settings["PORT"] = host, str(port)
