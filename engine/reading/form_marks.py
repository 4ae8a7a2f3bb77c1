"""How a workbook is known, and what may be wrong with its cells: for those who read none."""

from __future__ import annotations

MARK = "bayang-form"        # begins the hidden cell that says whose form a workbook is
AUTHOR = "bayang"           # of the comments in a marked copy
ZIP = b"PK\x03\x04"
VALUES = ("error", "formula", "digits", "picture", "serial")     # why a value can't be taken
# what is wrong with its place
PLACES = ("column", "heading", "spelling", "beside", "printed", "name", "parts", "twice", "parent", "theme", "around",
          "gone", "heads", "spare", "keyless")


def is_workbook(data: bytes) -> bool:
    """Whether the bytes may be those of a workbook: a zip with the parts of one."""
    return data.startswith(ZIP) and b"xl/" in data
