"""A full disk and a death lose nothing and leave no half file; `tests/faults.py` tries many more of them by hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from faults import deaths, full_disks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that is a copy")


@pytest.mark.parametrize(("job", "way"), [
    ("check again", "from"), ("fix", "only"), ("import", "only"), ("draft", "from")])
def test_a_disk_that_is_full_at_any_write(job: str, way: str, tmp_path: Path) -> None:
    """Exit 2 with one line that says so, every file and folder as it was; of several files none is replaced.

    Of a plan's many files, which are written alike, not each is tried.
    """
    assert list(full_disks(job, tmp_path, [way], each=job != "draft")) == []


@pytest.mark.parametrize("job", ["check", "notice"])
def test_killed_at_a_random_moment(job: str, tmp_path: Path) -> None:
    """Every file is the old or the new one; the next run gives the same bytes from the same cache, the same numbers."""
    assert list(deaths(2, tmp_path, job, reports=8)) == []
