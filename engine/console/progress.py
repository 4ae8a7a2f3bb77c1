"""How far a long run is, told on standard error."""

from __future__ import annotations

import math
import os
import sys
import time

from ..text.messages import say
from ..text.wording import width
from .streams import echo


class Progress:
    """One line on a terminal, gone when the block ends; elsewhere a line at every tenth."""

    WAIT = 0.5          # seconds before the first word, so that short runs stay quiet
    PAUSE = 0.1

    def __init__(self, when: str, language: str, text: str = "run.progress") -> None:
        self.text = text
        self.terminal = sys.stderr is not None and sys.stderr.isatty()
        self.wanted = when == "always" or (when == "auto" and self.terminal and not os.environ.get("CI"))
        self.language = language
        self.begun = time.monotonic()
        self.next = self.begun + (0 if when == "always" else self.WAIT)
        self.tenths = 0
        self.size = 0
        self.done = self.total = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *fault: object) -> None:
        if self.size:
            sys.stderr.write("\r" + " " * self.size + "\r")
            sys.stderr.flush()

    def __call__(self, done: int, total: int, rule: str = "") -> None:
        if not rule:
            self.done, self.total = done, total
        if not self.wanted:
            return
        if not self.terminal:
            if not rule and done * 10 // total > self.tenths:
                self.tenths = done * 10 // total
                echo(say(self.text, self.language, done=done, total=total, rate=0), err=True)
        elif (now := time.monotonic()) >= self.next:
            self.next = now + self.PAUSE
            rate = done / (now - self.begun or 1)
            self._show(say("run.judging", self.language, rule=rule, done=done, total=total) if rule else
                       say(self.text, self.language, done=done, total=total, rate=max(1, round(rate)),
                           left=math.ceil((total - done) / rate)))

    def _show(self, line: str) -> None:
        """Put a line in place of the last one."""
        size = width(line)
        sys.stderr.write("\r" + line + " " * (self.size - size))
        sys.stderr.flush()
        self.size = size
