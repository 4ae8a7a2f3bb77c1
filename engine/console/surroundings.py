"""What is known of the machine and the pipeline around a run: the clock, folders, how paths are shown there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache


def today(timezone: str) -> str:
    import datetime
    import zoneinfo

    return datetime.datetime.now(zoneinfo.ZoneInfo(timezone)).date().isoformat()


def cache_folder() -> str | None:
    """Where this system has programs keep what they can make again; None where it is not said."""
    home, windows = os.path.expanduser("~"), os.name == "nt"
    if windows:
        top = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        top = os.path.join(home, "Library", "Caches")
    else:
        top = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(top, "bayang", *(["Cache"] if windows else [])) if os.path.isabs(top) else None


def from_here(file: str) -> str:
    """A file as people would name it from here."""
    try:
        near = os.path.relpath(file)
    except ValueError:          # another drive
        return file
    return near if not near.startswith(os.path.join(os.pardir, os.pardir, os.pardir)) else file


def summary_file() -> str | None:
    """Where GitHub Actions takes a summary of a step."""
    return os.environ.get("GITHUB_STEP_SUMMARY") or None


def places(paths: Sequence[str], tables: Sequence[str | None],
           shown: Callable[[str], str]) -> Callable[[str], str]:
    """Where findings' files lie in the repository; a pipeline says where that begins."""
    @cache
    def known() -> Callable[[str], str]:
        from ..output.findings.repository import paths_in_repository  # where no file is named there is nothing to say

        root = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
        return paths_in_repository(paths, root, [shown(one) for one in tables if one])

    return lambda file: known()(file)       # noqa: PLW0108 - not known before it is asked


def called(shown_as: str | None) -> Callable[[str], str]:
    """How the path of a table is shown: as it is, or one in a folder that is no place for people by that one's name."""
    folder, _, name = (shown_as or "").partition("=")
    return lambda path: name + path.removeprefix(folder) if folder and path.startswith(folder) else path
