"""The findings of a run, in its database: put there one by one, then brought in order, then read in that order."""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps, loads
from operator import attrgetter
from typing import Any

from ..judging.results import as_bytes, insert_of, insert_row
from ..recording import fields
from ..records import LEVELS, Finding, Subject, cell_order
from .database import Row, Stored

_PLAIN = [one.name for one in fields(Finding) if one.name not in ("subject", "waived", "insert")]
_plain_of = attrgetter(*_PLAIN)
_NUMBERS = {"line", "column", "superseded", "baselined", "provisional", "slips", "sheet"}
_TRUTHS = [_PLAIN.index(name) for name in ("superseded", "baselined", "provisional")]
_COLUMNS = [*_PLAIN, "kind", "ident", "unit", "waived", "insert"]
_NAMED = ", ".join(f'"{name}"' for name in _COLUMNS)
TABLES = f"""
CREATE TABLE findings (number INTEGER PRIMARY KEY, {_NAMED}, cell_order);
CREATE TABLE in_order (place INTEGER PRIMARY KEY, number INTEGER);
"""
# a text of bytes, so that it may hold the name of any file
_PUT = (f"INSERT OR REPLACE INTO findings (number, {_NAMED}, cell_order) VALUES (?, "
        + ", ".join("?" if name in _NUMBERS else "CAST(? AS TEXT)" for name in _COLUMNS) + ", ?)")
_ARRANGE = """INSERT INTO in_order (number) SELECT number FROM findings
    ORDER BY file, line, "column", cell_order, rule, ifnull(pointer, ''), number"""
_EVERY = "SELECT place, {} FROM in_order JOIN findings USING (number) WHERE place > ? ORDER BY place"
_GATES = "waived IS NULL AND NOT (superseded OR baselined OR provisional)"      # as Finding.gates


class Findings(Stored[Finding]):
    """All findings of a run."""

    order, arranging, every = "in_order", _ARRANGE, _EVERY.format(_NAMED)

    def add(self, one: Finding, number: int | None = None) -> None:
        """Add one, or put it in the place of the one with this number."""
        self._database.later(_PUT, _row(one, number))

    def last(self) -> int:
        """The number of the one that came last; 0 without any."""
        return self._read("max(number)")[0][0] or 0

    def offering(self, after: int) -> Iterator[list[tuple[int, Finding]]]:
        """Of each file of which one that came later offers something to type, all that do, with their numbers."""
        offered = '"insert" IS NOT NULL'
        for [file] in self._read("DISTINCT file", f"{offered} AND number > ?", after):
            rows = self._read(f"number, {_NAMED}", f"{offered} AND file = CAST(? AS TEXT) ORDER BY number",
                              as_bytes(file))
            yield [(row[0], self.made(row[1:])) for row in rows]

    def owners(self) -> set[str]:
        """The comparable IDs of their subjects."""
        return {owner for [owner] in self._read("DISTINCT owner", "owner <> ''")}

    def waivable(self) -> set[tuple[str, str]]:
        """Rule and comparable ID of the subject of each that a waiver may waive."""
        return {(rule, owner) for rule, owner in self._read("DISTINCT rule, owner", "ident <> ''")}

    def by_subject(self) -> dict[tuple[str, str], int]:
        """How many each subject has to correct or complete, by kind and comparable ID."""
        return {(kind, owner): count for kind, owner, count in self._read(
            "kind, owner, count(*)",
            f"kind IS NOT NULL AND owner <> '' AND level <> 'info' AND {_GATES} GROUP BY kind, owner")}

    def asked_of(self, kind: str, owner: str) -> list[Finding]:
        """What a subject has to correct or complete, by its comparable ID."""
        return [self.made(row) for row in self._read(
            _NAMED, f"kind = CAST(? AS TEXT) AND owner = CAST(? AS TEXT) AND level <> 'info' AND {_GATES}",
            as_bytes(kind), as_bytes(owner))]

    def totals(self) -> dict[str, int]:
        """How many of each level count, and how many are set apart for what."""
        levels: dict[str, int] = dict(self._read("level, count(*)", f"{_GATES} GROUP BY level"))
        apart = {"waived": "waived IS NOT NULL", "baselined": "baselined", "superseded": "superseded",
                 "provisional": "provisional AND NOT superseded"}
        return {level: levels.get(level, 0) for level in LEVELS} | {
            name: self._read("count(*)", where)[0][0] for name, where in apart.items()}

    def waive(self, waivers: dict[tuple[str, str], dict[str, str]]) -> None:
        """Mark those with such a rule and subject as waived."""
        for number, *place in self._read("number, rule, owner", "ident <> '' AND NOT provisional") if waivers else ():
            if waiver := waivers.get((place[0], place[1])):
                self._set("waived", dumps(waiver), number)

    def mark_known(self, known: set[str]) -> set[str]:
        """Mark those with such fingerprints as of the baseline, if they count; gives the fingerprints of all."""
        for number, mark in self._read("number, fingerprint", _GATES):
            if mark in known:
                self._set("baselined", True, number)
        return {mark for [mark] in self._read("fingerprint")}

    def set_fingerprint(self, number: int, mark: str) -> None:
        self._set("fingerprint", mark, number)

    def _set(self, column: str, value: str | bool, number: int) -> None:
        self._database.later(f"UPDATE findings SET {column} = ? WHERE number = ?", (value, number))

    def _read(self, what: str, where: str = "true", *values: Any) -> list[Row]:
        return self._database.read(f"SELECT {what} FROM findings WHERE {where}", *values)

    def numbered(self, *columns: str) -> Iterator[Row]:
        """Of all in order their numbers and what stands in these columns."""
        return (row[1:] for row in self._database.pages(_EVERY.format(", ".join(("number", *columns)))))

    def made(self, row: Row) -> Finding:
        *plain, kind, ident, unit, waived, insert = row
        for at in _TRUTHS:
            plain[at] = bool(plain[at])
        more = dict(zip(_PLAIN, plain, strict=True))
        return Finding(**more, subject=Subject(kind, ident, unit) if kind is not None else None,
                       waived=loads(waived) if waived else None, insert=insert_of(loads(insert)) if insert else None)


def _row(one: Finding, number: int | None) -> Row:
    who = one.subject
    texts = [*_plain_of(one)]
    texts += (who.kind, who.id, who.unit) if who else (None, None, None)
    texts += [dumps(one.waived) if one.waived else None, dumps(insert_row(one.insert)) if one.insert else None]
    return (number, *(as_bytes(value) if type(value) is str else value for value in texts),
            cell_order(one.sheet, one.cell) if one.cell else "")
