"""An OpenAI-compatible server on loopback that says what it is told to: a script, a fault, or a recording."""

import hashlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

Json = dict[str, Any]
Script = Callable[[Json], Any]  # a request's body → what the model writes; a str goes out as it is


@dataclass(frozen=True)
class Stream:
    """What the model writes, word by word: `pause` seconds before each, and gone after `dies` of them."""

    text: str
    pause: float = 0.0
    dies: int | None = None
    garbage: bool = False  # what comes is no JSON


NOTHING = {"outcome": "none", "ids": [], "sure": "certain", "question_words": "", "entry_words": ""}


class Fault(Exception):
    """What the server does instead of answering: "hang", "reset", or a status such as "500"."""


class ModelServer:
    """Answers POST /v1/chat/completions as `script` says, and keeps every request."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Json] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._stopped = threading.Event()

    @property
    def environment(self) -> dict[str, str]:
        """What makes the bot ask this server."""
        return {
            "CHAT_MODEL": "openai:scripted",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self._server.server_port}/v1",
            "OPENAI_API_KEY": "none",
        }

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append(body)
                try:
                    said = outer.script(body)
                    if body.get("stream"):
                        self._stream(said if isinstance(said, Stream) else Stream(str(said)))
                    else:
                        self._say(said)
                except Fault as fault:
                    self._fail(str(fault))

            def _say(self, written: Any) -> None:
                content = written if isinstance(written, str) else json.dumps(written)
                message = {"role": "assistant", "content": content}
                self._send(
                    200,
                    {
                        "id": "1",
                        "object": "chat.completion",
                        "created": int(time.time()),
                        "model": "scripted",
                        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                        "usage": {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000},
                    },
                )

            def _stream(self, said: Stream) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                words = [word for word in re.split(r"(?<=\s)", said.text) if word]
                try:
                    for number, word in enumerate(words):
                        if number == said.dies or outer._stopped.wait(said.pause):
                            self.connection.shutdown(socket.SHUT_RDWR)
                            return
                        self._piece("{nonsense" if said.garbage else json.dumps(_chunk(word)))
                    self._piece(json.dumps(_chunk("", "stop")))
                    self._piece("[DONE]")
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    return  # whoever asked has gone

            def _piece(self, data: str) -> None:
                line = f"data: {data}\n\n".encode()
                self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
                self.wfile.flush()

            def _fail(self, kind: str) -> None:
                if kind == "hang":
                    outer._stopped.wait(30)
                elif kind == "reset":
                    self.connection.close()
                else:
                    self._send(int(kind), {"error": {"message": "out of order", "type": "server_error"}})

            def _send(self, status: int, body: Json) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        return Handler


def _chunk(text: str, finish: str | None = None) -> Json:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}


def key_of(messages: list[Mapping[str, Any]]) -> str:
    """What a recorded answer is found by: the exact words of all messages."""
    return hashlib.sha256("\0".join(str(message["content"]) for message in messages).encode()).hexdigest()[:24]


def recording(file: Path) -> Script:
    """Plays back a cassette: a JSON object a line, with `key` and `answer`. Fault 404 for what is not on it."""
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line)
    answers = {line["key"]: line["answer"] for line in lines}

    def play(body: Json) -> Any:
        answer = answers.get(key_of(body["messages"]))
        if answer is None:
            raise Fault("404")
        return answer

    return play
