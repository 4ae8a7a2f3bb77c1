"""Workbooks that were filled in become YAML: a report each, or a roster; what can't be taken over is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..packs.pack import Pack
from ..reading.files import WORKBOOKS, Listed, list_files, read_bytes
from ..reading.form_marks import is_workbook
from ..reading.form_sheets import Taken, read_form, read_table
from ..reading.inputs import refuse_inputs
from ..reading.intake import Map, Seq, Value
from ..reading.schema import Shapes
from ..reading.typed import as_typed, in_chinese, in_english
from ..reading.workbook import remarks
from ..recording import dataclass, field
from ..records import Limits, Unreadable, UsageError
from ..text.messages import NAMED, say
from ..writing import drafted
from .forms import for_notepad

ROSTER = "roster"
OTHERS = (".xls", ".xlsb", ".et", ".ett", ".ods")     # sheets in formats that are not read


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of the workbooks."""

    to: Path
    keys: str = "zh"
    language: str = "zh"
    as_roster: bool = False
    overwrite: bool = False


@dataclass(slots=True)
class Imported:
    """What was made, and what is to be told of it."""

    files: list[tuple[Path, bytes]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)       # line by line: what was not taken over
    failed: bool = False                # whether something was lost

    def write(self, ready: Callable[[], None] = lambda: None) -> None:
        """Write the files, all or none. Raises OSError."""
        with drafted(self.files, private=True, folders=0o777) as put:
            ready()
            put()


def import_workbooks(pack: Pack, paths: Sequence[str], wanted: Wanted, limits: Limits,
                     progress: Callable[[int, int], None]) -> Imported:
    """What the workbooks under some paths are as YAML. Nothing is written yet. Raises UsageError."""
    listing = list_files(paths)
    given = {os.path.basename(path) if len(set(paths)) == 1 else path for path in paths if os.path.isfile(path)}
    found = [one for one in (*listing.files, *listing.others.values())
             if one.name.lower().endswith((*WORKBOOKS, *OTHERS)) or one.name in given]
    if not found:
        raise UsageError("workbook.none", paths=list(paths))
    importer = _Importer(pack, wanted, limits)
    for done, one in enumerate(sorted(found, key=lambda one: one.name), 1):
        importer.take(one)
        progress(done, len(found))
    made = importer.made
    targets = [path for path, _ in made.files]
    twice = next((path for at, path in enumerate(targets) if path in targets[:at]), None)
    if twice is not None:
        raise UsageError("workbook.same-target", file=str(twice))
    there = next((path for path in targets if os.path.lexists(path)), None)
    if there is not None and not wanted.overwrite:
        raise UsageError("noticed.exists", file=str(there))
    refuse_inputs(targets, lambda: [one.path for one in found])
    return made


class _Importer:
    """Takes workbooks over one by one."""

    def __init__(self, pack: Pack, wanted: Wanted, limits: Limits) -> None:
        self.pack, self.wanted, self.limits = pack, wanted, limits
        self.made = Imported()
        self.roster = Shapes(pack.vocabulary).load(ROSTER) if wanted.as_roster else None

    def take(self, one: Listed) -> None:
        try:
            data = read_bytes(one, self.limits)
            taken = self.read(data)
        except Unreadable as fault:
            self.tell(one, "unreadable", rule=fault.name)
            self.made.failed = True
            return
        if taken is None:
            self.tell(one, "not-xlsx" if not is_workbook(data) else "not-ours" if self.roster is None else "no-roster")
            self.made.failed = True
            return
        shape = self.roster or self.pack.shapes[taken.kind]
        for stray in taken.strays:
            self.tell(one, f"stray-{stray.hint}", cell=taken.cell(stray.pin), nearest=stray.nearest)
            self.made.failed |= stray.hint not in ("spelling", "aside", "unknown")     # of which nothing is lost
        for pin in taken.adorned:
            self.tell(one, "adorned", cell=taken.cell(pin))
        for sheet in taken.passed:
            self.tell(one, "passed", sheet=sheet)
        for name, cells, drawn in remarks(data, self.limits):
            self.tell(one, "remarks", sheet=name, cells=cells[:NAMED], count=len(cells), more=len(cells) > NAMED,
                      drawn=drawn)
        named = in_chinese if self.wanted.keys == "zh" else in_english
        text = as_typed(named(tidy(taken.root), shape))
        self.made.files.append((self.target(one), for_notepad(text)))

    def read(self, data: bytes) -> Taken | None:
        if not is_workbook(data):
            return None
        return read_form(data, self.pack.shapes, self.limits, self.pack.absent) if self.roster is None else \
            read_table(data, self.roster, self.limits)

    def target(self, one: Listed) -> Path:
        """Where the YAML goes: in the folder, under the workbook's own name; a roster under its own."""
        if self.roster is not None:
            return self.wanted.to if self.wanted.to.suffix else self.wanted.to / f"{ROSTER}.yaml"
        name = Path(one.name.lstrip("/").replace("../", ""))
        return self.wanted.to / name.with_suffix(".yaml")

    def tell(self, one: Listed, key: str, **facts: Any) -> None:
        language = self.wanted.language
        self.made.told.append(say("workbook.file-told", language, file=one.name,
                                  text=say(f"workbook.{key}", language, **facts)))


def tidy(node: Value) -> Any:
    """What was read as plain data, without blank fields and what holds nothing else."""
    if isinstance(node, Map):
        return {key: one for key, value in node.entries.items() if (one := tidy(value)) not in (None, {}, [])}
    if isinstance(node, Seq):
        return [one for value in node.items if (one := tidy(value)) not in (None, {}, [])]
    return node if node is not None and node.strip() else None


def told(made: Imported, wanted: Wanted, pack: Pack) -> Iterator[str]:
    """What was done, line by line."""
    if made.files:
        yield say("workbook.imported", wanted.language, count=len(made.files), to=wanted.to,
                  rules=None if pack.bundled else pack.folder)
