"""What a run could not assess, in its database: put there one by one, then read in order, each once."""

from __future__ import annotations

from ..judging.results import as_bytes
from ..records import NotAssessed, Subject
from ..text.wording import id_key
from .database import Row, Stored

_COLUMNS = "rule, file, line, pointer, kind, ident, unit, reason"
TABLES = f"""
CREATE TABLE unassessed (number INTEGER PRIMARY KEY, {_COLUMNS});
CREATE TABLE once (place INTEGER PRIMARY KEY, number INTEGER);
"""
_PUT = (f"INSERT INTO unassessed ({_COLUMNS}) VALUES (?, CAST(? AS TEXT), ?, CAST(? AS TEXT), ?, CAST(? AS TEXT), "
        "CAST(? AS TEXT), ?)")
_ARRANGE = f"""INSERT INTO once (number) SELECT min(number) AS first FROM unassessed GROUP BY {_COLUMNS}
    ORDER BY ifnull(file, ''), ifnull(line, 0), rule, ifnull(pointer, ''), first"""
_EVERY = f"SELECT place, {_COLUMNS} FROM once JOIN unassessed USING (number) WHERE place > ? ORDER BY place"


class Unjudged(Stored[NotAssessed]):
    """All that a run could not assess, each once."""

    order, arranging, every = "once", _ARRANGE, _EVERY

    def add(self, one: NotAssessed) -> None:
        who = one.subject
        kind, ident, unit = (who.kind, who.id, who.unit) if who else (None, None, None)
        file, pointer, shown, home = (text if text is None else as_bytes(text)
                                      for text in (one.file, one.pointer, ident, unit))
        self._database.later(_PUT, (one.rule, file, one.line, pointer, kind, shown, home, one.reason))

    def places(self) -> set[tuple[str, str]]:
        """Rule and comparable ID of the subject of each, arranged or not."""
        return {(rule, id_key(ident)) for rule, ident in self._database.read(
            "SELECT DISTINCT rule, ident FROM unassessed WHERE ident <> ''")}

    def made(self, row: Row) -> NotAssessed:
        rule, file, line, pointer, kind, ident, unit, reason = row
        return NotAssessed(rule, file, line, pointer, Subject(kind, ident, unit) if kind is not None else None, reason)
