"""The command `bayang`, also `python -m bayang`: an interruption while the program loads is an interruption too."""

from __future__ import annotations

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
    finally:
        gc.freeze()     # nor once more at the end, when the system takes back everything


if __name__ == "__main__":
    main()
