"""Where a finding's file lies in the repository, as code scanning, annotations and merge requests want it named."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from ...reading.files import STDIN, lies_in
from ...reading.stores import is_url, local


def paths_in_repository(paths: Sequence[str], root: str | None = None,
                        tables: Sequence[str] = ()) -> Callable[[str], str]:
    """A finding's `file` -> its path from the top of the repository, with `/` on every system.

    `paths` are the PATHs of the run, `tables` the roster and waivers given by name, which findings name as typed: as a
    path, or as REF:PATH of the repository around.
    The top is `root` where the PATHs lie in it, else the nearest folder upwards that holds `.git`, else the
    folder that findings are relative to. What lies outside goes by its own name.
    """
    here = os.path.realpath(os.getcwd())
    base = _base(paths, here)
    of_refs = {one: _of_ref(one, here) for one in tables if ":" in one and not os.path.lexists(one)}
    top = os.path.realpath(root) if root else base
    in_store = len(set(paths)) == 1 and is_url(local(paths[0]))
    if not root or not lies_in(base, top):
        top = nearest_repository(base) or base

    def place(file: str) -> str:
        if file == STDIN or in_store or is_url(file):
            return file
        file = of_refs.get(file, file)
        full = os.path.realpath(file) if os.path.isabs(file) else os.path.normpath(
            os.path.join(here if file in tables else base, file))
        return os.path.relpath(full, top).replace(os.sep, "/") if lies_in(full, top) else os.path.basename(full)

    return place


def _of_ref(name: str, here: str) -> str:
    """The path of REF:PATH, which git counts from the top unless it begins with a dot."""
    path = name.partition(":")[2]
    return os.path.normpath(os.path.join(here if path.startswith(".") else nearest_repository(here) or here, path))


def _base(paths: Sequence[str], here: str) -> str:
    """The folder that the findings' files are relative to."""
    if len(set(paths)) != 1 or paths[0] == STDIN:
        return here
    only = os.path.realpath(paths[0])
    return only if os.path.isdir(only) else os.path.realpath(os.path.dirname(os.path.abspath(paths[0])))


def nearest_repository(folder: str) -> str | None:
    """The nearest folder upwards that holds `.git`: a folder, or a file in a worktree or submodule."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder
