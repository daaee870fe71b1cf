"""A source of open data on this computer, which answers as it is told and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from utfall.sources.open_data.transport import Transport

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here is encrypted, and reading all the world's certificates for each test takes longer than the test."""


@dataclass
class Reply:
    """What the source answers: JSON unless `body` is given; `cut` sends only so many bytes of what it promised."""

    content: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    media: str | None = "application/json; charset=utf-8"
    cut: int | None = None
    tells_length: bool = True
    hangs: bool = False

    def bytes(self) -> bytes:
        return json.dumps(self.content, ensure_ascii=False).encode() if self.body is None else self.body


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: Any
    connection: tuple[str, int]


Answering = Callable[[Asked], Reply]


class Source:
    """The source: `answer` decides what comes, `asked` is what was asked for."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.released = threading.Event()
        source = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                asked = Asked(self.command, self.path, dict(self.headers), body, self.client_address)
                source.asked.append(asked)
                reply = source.answer(asked)
                if reply.hangs:
                    source.released.wait()
                    self.close_connection = True
                    return
                content = reply.bytes()
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.media:
                    self.send_header("Content-Type", reply.media)
                if reply.tells_length:
                    self.send_header("Content-Length", str(len(content)))
                else:
                    self.send_header("Connection", "close")
                self.end_headers()
                with suppress(OSError):  # the other end may have seen enough
                    self.wfile.write(content if reply.cut is None else content[: reply.cut])
                if reply.cut is not None or not reply.tells_length:
                    self.close_connection = True

            do_GET = do_POST = handle_one  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


@contextmanager
def serving(answer: Answering | list[Reply]) -> Iterator[Source]:
    """Run a source for a while; a list is answered one by one, the last again and again."""
    if isinstance(answer, list):
        replies = list(answer)
        source = Source(lambda asked: replies.pop(0) if len(replies) > 1 else replies[0])
    else:
        source = Source(answer)
    thread = threading.Thread(target=source.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield source
    finally:
        source.released.set()
        source.server.shutdown()
        source.server.server_close()
        thread.join()


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.waits: list[float] = []
        self.day = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self.day + timedelta(seconds=self.seconds - 1000)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds

    def transport(self, base: str, **options: Any) -> Transport:
        options = {"timeout": 5.0, "certificates": NO_CERTIFICATES} | options
        return Transport(base, clock=self, now=self.now, sleep=self.sleep, **options)
