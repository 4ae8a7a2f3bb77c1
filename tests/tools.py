"""Installs the programs that some tests use beside Python, where this machine lets us: Debian as root, and npm.

Without them those tests are skipped, each saying which program it misses. Run it as a script; it always ends with 0.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".tools"

# program -> Debian packages that bring it
PROGRAMS = {
    "soffice": ["libreoffice-writer-nogui", "fonts-noto-cjk", "fonts-noto-cjk-extra", "fonts-lxgw-wenkai",
                "fonts-liberation"],
    "pdftoppm": ["poppler-utils"],
    "chromium-headless-shell": ["chromium-headless-shell"],
    "git": ["git"],
    "npm": ["nodejs", "npm"],
}
# npm package -> its program
NODE = {"yaml-language-server": FOLDER / "node_modules" / ".bin" / "yaml-language-server"}
QUIET = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}


def attempt(*command: str) -> bool:
    """Run a command quietly and say whether it succeeded; what it prints is kept for a failure alone."""
    done = subprocess.run(command, env=QUIET, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        print(f"{' '.join(command)}: exit {done.returncode}", *done.stdout.decode(errors="replace").splitlines()[-3:],
              sep="\n  ")
    return done.returncode == 0


def main() -> None:
    missing = [package for program, packages in PROGRAMS.items() if not shutil.which(program) for package in packages]
    if missing and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        attempt("apt-get", "update", "-q")
        attempt("apt-get", "install", "-y", "-q", "--no-install-recommends", *missing)
    for package, program in NODE.items():
        if not program.exists() and shutil.which("npm"):
            attempt("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(FOLDER), package)
    for name in (*(one for one in PROGRAMS if not shutil.which(one)), *(one for one, at in NODE.items()
                                                                      if not at.exists())):
        print(f"without {name}: the tests that use it are skipped")


if __name__ == "__main__":
    main()
