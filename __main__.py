"""The command `bayang`, also `python -m bayang`: an interruption while the program loads is an interruption too."""

from __future__ import annotations

import _thread
import atexit
import contextlib
import gc
import os
import sys


def main() -> None:
    """Run the command and exit with its code; begun anew where Python takes names of files for other than UTF-8."""
    if os.name == "posix" and sys.executable and sys.getfilesystemencoding() != "utf-8":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])      # noqa: S606 - this program once more
    gc.set_threshold(200_000)        # modules and rules are there to stay: to look through them again and again is dear
    try:
        from .cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    try:
        run()
    except SystemExit as end:
        _leave(end.code)
        raise
    finally:
        gc.freeze()     # nor once more at the end, when the system takes back everything


def _leave(code: object) -> None:
    """End here and now, where nothing is left to do: to take a short run apart takes as long as to check three reports.

    Python ends by itself where it holds a thread, what is called at its end, or what it could not write.
    """
    if os.name == "posix" and type(code) is int and not (atexit._ncallbacks() or _thread._count()):
        with contextlib.suppress(OSError, ValueError):
            for stream in filter(None, (sys.stdout, sys.stderr)):       # there is none where it was closed
                stream.flush()
            os._exit(code)


if __name__ == "__main__":
    main()
