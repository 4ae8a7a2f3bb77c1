"""The command `bayang`, also `python -m bayang`: an interruption while the program loads is an interruption too."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command and exit with its code."""
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
