"""Names of files made from submitted IDs: safe and different on every system, never a private number in one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from .regex import regex

LONGEST = 80        # bytes of a name's part that an ID gives; with what is put around it a name stays under 120
_UNSAFE = regex(r"[^\w.-]")
_RESERVED = regex(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def file_names(idents: Iterable[str | None]) -> list[str]:
    """A name for each ID, in their order; alike after case folding and NFKC they are numbered, never equal.

    None, and an ID in which a private number was masked, gives a name that holds nothing of it.
    """
    taken: set[str] = set()
    names = []
    for ident in idents:
        base = _safe(ident) if ident and "*" not in ident else "id"
        name, number = base, 1
        while (key := unicodedata.normalize("NFKC", name).casefold()) in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(key)
        names.append(name)
    return names


def _safe(ident: str) -> str:
    name = _UNSAFE.sub("_", unicodedata.normalize("NFKC", ident))
    if len(name.encode()) > LONGEST:
        mark = hashlib.sha256(ident.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        name = name.encode()[:LONGEST - 9].decode("utf-8", "ignore") + "-" + mark
    if name.endswith("."):                      # dropped by some systems
        name = name[:-1] + "_"
    if name[0] in ".-" or _RESERVED.match(name):
        name = "_" + name
    return name
