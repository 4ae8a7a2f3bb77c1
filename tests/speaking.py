"""Speaks with a language server as an editor does: JSON-RPC over the pipes of a real process."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, Queue
from typing import Any

from running import PATIENCE


class Speaker:
    """A client of one running server: it sends messages and reads until it has what it waits for."""

    settings: Mapping[str, Any] = {}        # what the server is told of sections of the settings
    root: str | None = None

    def __init__(self, command: Sequence[object], **more: Any) -> None:
        self.last, self.inbox = 0, Queue[dict]()
        self.answers: dict[int, dict] = {}
        self.said: dict[str, list[dict]] = {}       # uri -> what was diagnosed, until it is asked for
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **more)
        threading.Thread(target=self._listen, daemon=True).start()
        self.ask("initialize", processId=None, rootUri=self.root, workspaceFolders=None, capabilities={
            "workspace": {"configuration": True},
            "textDocument": {"hover": {"contentFormat": ["markdown"]}, "completion": {"completionItem": {}}}})
        self.tell("initialized")

    def _listen(self) -> None:
        stream = self.process.stdout
        while head := stream.readline():
            size = int(head.split(b":")[1])
            while stream.readline().strip():
                pass
            self.inbox.put(json.loads(stream.read(size)))

    def _send(self, **message: Any) -> None:
        data = json.dumps({"jsonrpc": "2.0"} | message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def _until(self, met: Callable[[], object]) -> None:
        while not met():
            try:
                message = self.inbox.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError("the server says nothing") from None
            if "method" not in message:
                self.answers[message["id"]] = message
            elif message["method"] == "textDocument/publishDiagnostics":
                self.said[message["params"]["uri"]] = message["params"]["diagnostics"]
            elif "id" in message:
                items = (message.get("params") or {}).get("items", [])
                self._send(id=message["id"], result=[self.settings.get(one["section"]) for one in items] or None)

    def tell(self, method: str, **params: Any) -> None:
        self._send(method=method, params=params)

    def ask(self, method: str, **params: Any) -> Any:
        self.last += 1
        self._send(id=self.last, method=method, params=params)
        self._until(lambda: self.last in self.answers)
        said = self.answers.pop(self.last)
        assert "error" not in said, said
        return said["result"]

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        return self.ask(f"textDocument/{method}", textDocument={"uri": uri},
                        position={"line": line, "character": character})

    def marks(self, uri: str) -> list[dict]:
        """What is marked in a text the next time that it is told."""
        self._until(lambda: uri in self.said)
        return self.said.pop(uri)

    def opened(self, uri: str, text: str) -> list[dict]:
        """Open a text; what is marked in it."""
        self.tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": text})
        return self.marks(uri)
