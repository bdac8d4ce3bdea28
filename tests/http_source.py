"""A real HTTP server of this machine that answers as a test says, and remembers what it was asked."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Headers = dict[str, str]
Answer = tuple[int, Headers, bytes]


@dataclass(frozen=True)
class Question:
    path: str
    query: dict[str, str]
    headers: Headers


@dataclass(kw_only=True)
class HttpSource:
    """Answers each question with what `answer` gives."""

    url: str
    answer: Callable[[Question], Answer]
    asked: list[Question] = field(default_factory=list)


@contextmanager
def http_source(answer: Callable[[Question], Answer]) -> Generator[HttpSource]:
    source = HttpSource(url="", answer=answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            question = Question(parts.path, query, {name.lower(): text for name, text in self.headers.items()})
            source.asked.append(question)
            status, headers, body = source.answer(question)
            self.send_response(status)
            for name, text in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)
            if headers.get("Content-Length"):
                self.close_connection = True

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    source.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield source
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
