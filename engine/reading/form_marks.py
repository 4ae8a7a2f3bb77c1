"""How a workbook is known, and what may be wrong with its cells: for those who read none."""

from __future__ import annotations

from functools import cache

from ..text.messages import LANGUAGES, catalogue

NOTE = "※"                  # begins each cell of a row that says how to fill in the columns
MARK = "bayang-form"        # begins the hidden cell that says whose form a workbook is
AUTHOR = "bayang"           # of the comments in a marked copy
ZIP = b"PK\x03\x04"
VALUES = ("error", "formula", "digits", "picture", "serial")     # why a value can't be taken
# what is wrong with its place
PLACES = ("column", "heading", "spelling", "beside", "printed", "name", "parts", "twice", "parent", "theme", "around",
          "gone", "heads", "spare", "keyless", "aside", "unknown")
NOTES = {"stray-aside": "info", "stray-unknown": "info"}     # of these only as a note


@cache
def signs() -> tuple[bytes, ...]:
    """Words of which a form's workbook holds one, as files have them: on its hidden sheet, or on the main one."""
    main = [NOTE + catalogue(one)["workbook.on-sheet"].partition("{{")[0] for one in LANGUAGES]
    return (MARK.encode(), *(one.encode() for one in main), *(one.encode("ascii", "xmlcharrefreplace") for one in main))


def is_workbook(data: bytes) -> bool:
    """Whether the bytes may be those of a workbook: a zip with the parts of one."""
    return data.startswith(ZIP) and b"xl/" in data
