"""A conversation with an editor in the Language Server Protocol, over standard input and output.

What is said is made in `output.editing`; here places are counted as the editor counts them, and a check waits until
nobody has typed for a moment. Nothing that is typed goes into a log.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ... import __version__
from ..judging.check import Checker
from ..judging.compile import Compiled
from ..output.editing.assistant import Assistant
from ..output.editing.marks import marks_of
from ..output.editing.outline import Outline, lines_of
from ..text.messages import say
from .streams import echo

if TYPE_CHECKING:       # an extra, and long to load
    from lsprotocol import types as lsp

PAUSE = 0.25            # seconds without a key pressed, after which a text is checked
_GRAVITY = {"error": 1, "warning": 2, "info": 3}     # of a diagnostic


class Session:
    """An editor at the other end: what it has open, and what is shown there."""

    def __init__(self, compiled: Compiled, checker: Callable[[], Checker]) -> None:
        from lsprotocol import types
        from pygls import uris
        from pygls.lsp.server import LanguageServer

        for name in ("pygls", "asyncio"):
            logging.getLogger(name).addHandler(logging.NullHandler())
            logging.getLogger(name).propagate = False       # they would tell what was typed
        self.types, self.uris, self.checker = types, uris, checker
        self.language = checker().style.language
        self.assistant = Assistant(compiled, self.language)
        self.waiting: dict[str, asyncio.TimerHandle] = {}       # uri -> the check to come
        self.server = LanguageServer("bayang", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)

    def serve(self) -> None:
        """Answers until the editor is gone."""
        types, server = self.types, self.server

        def feature(name: str, answer: Callable[[Any], Any], options: Any = None) -> None:
            server.feature(name, options)(self.calm(answer))

        feature(types.TEXT_DOCUMENT_DID_OPEN, lambda one: self.check(one.text_document.uri))
        feature(types.TEXT_DOCUMENT_DID_CHANGE, lambda one: self.soon(one.text_document.uri))
        feature(types.TEXT_DOCUMENT_DID_SAVE, lambda one: self.check(one.text_document.uri))
        feature(types.TEXT_DOCUMENT_DID_CLOSE, lambda one: self.publish(one.text_document.uri, [], None))
        feature(types.TEXT_DOCUMENT_HOVER, self.hover)
        feature(types.TEXT_DOCUMENT_COMPLETION, self.complete, types.CompletionOptions(trigger_characters=[" ", "-"]))
        server.start_io()

    def calm(self, answer: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """An answer that ends nothing where it fails: the fault is told by its kind, for its text may hold what was
        typed.
        """
        @functools.wraps(answer)
        def told(params: Any) -> Any:
            try:
                return answer(params)
            except Exception as fault:
                echo(say("server.fault", self.language, error=type(fault).__name__), err=True)
                return None

        return told

    def soon(self, uri: str) -> None:
        """Check a text when nobody has typed for a moment."""
        if uri in self.waiting:
            self.waiting.pop(uri).cancel()
        self.waiting[uri] = asyncio.get_running_loop().call_later(PAUSE, self.calm(self.check), uri)

    def check(self, uri: str) -> None:
        """Mark what is found in a text."""
        document = self.server.workspace.get_text_document(uri)
        path = self.uris.to_fs_path(uri)
        lines = lines_of(document.source)
        marks = marks_of(self.checker(), document.source, lines, os.path.basename(path or uri),
                              os.path.dirname(path) if path else None)
        self.publish(uri, [self.types.Diagnostic(
            range=self._range(lines, one.line, one.start, one.end), message=one.text, source="bayang",
            code=one.rule or None, severity=self.types.DiagnosticSeverity(_GRAVITY[one.level])) for one in marks],
            document.version)

    def publish(self, uri: str, diagnostics: list[lsp.Diagnostic], version: int | None) -> None:
        if uri in self.waiting:
            self.waiting.pop(uri).cancel()
        self.server.text_document_publish_diagnostics(self.types.PublishDiagnosticsParams(
            uri=uri, diagnostics=diagnostics, version=version))

    def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        lines, line, column = self._place(params)
        told = self.assistant.told(Outline(lines), line, column)
        return self.types.Hover(
            self.types.MarkupContent(self.types.MarkupKind.Markdown, told.text),
            self._range(lines, line, told.start, told.end)) if told else None

    def complete(self, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        types = self.types
        lines, line, column = self._place(params)
        return [types.CompletionItem(
            label=one.label, detail=one.detail, filter_text=f"{one.label} {one.sought}", sort_text=f"{at:04}",
            kind=types.CompletionItemKind.Value if one.is_value else types.CompletionItemKind.Field,
            insert_text_mode=types.InsertTextMode.AsIs,
            documentation=types.MarkupContent(types.MarkupKind.Markdown, one.about) if one.about else None,
            text_edit=types.TextEdit(self._range(lines, line, one.start, one.end), one.text))
            for at, one in enumerate(self.assistant.offers(Outline(lines), line, column))]

    def _place(self, params: lsp.HoverParams | lsp.CompletionParams) -> tuple[list[str], int, int]:
        """The lines of a text and a place in them, in characters."""
        lines = lines_of(self.server.workspace.get_text_document(params.text_document.uri).source)
        place = self.server.workspace.position_codec.position_from_client_units(lines, params.position)
        return lines, place.line, place.character

    def _range(self, lines: list[str], line: int, start: int, end: int) -> lsp.Range:
        """Columns of a line as the editor counts them."""
        codec, position = self.server.workspace.position_codec, self.types.Position
        return self.types.Range(*(codec.position_to_client_units(lines, position(line, at)) for at in (start, end)))
