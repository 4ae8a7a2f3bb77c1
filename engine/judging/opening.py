"""From the bytes of a file to the report in it, and who that is about. No rules, no findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..packs.pack import KINDS, Pack
from ..reading.form_marks import PLACES, is_workbook
from ..reading.intake import Map, read
from ..reading.report import BAD, Doc, Report, printable_id
from ..reading.schema import Binding
from ..recording import replace
from ..records import Limits, Subject
from ..text.wording import clean_id, id_key
from .case import Case
from .results import About

if TYPE_CHECKING:
    from ..packs.roster import Roster
    from ..reading.form_sheets import Taken


class Opener:
    """Opens the files of one run."""

    def __init__(self, pack: Pack, roster: Roster | None, limits: Limits) -> None:
        self.pack, self.roster, self.limits = pack, roster, limits

    def _filled_in(self, data: bytes) -> Taken | None:
        from ..reading.form_sheets import read_form  # of text files none is needed

        return read_form(data, self.pack.shapes, self.limits, self.pack.absent)

    def open(self, data: bytes, folder: str | None = None) -> tuple[Case, About]:
        """The report in a file's bytes and who it is about. Raises Unreadable."""
        taken = self._filled_in(data) if is_workbook(data) else None
        root = taken.root if taken else read(data, self.limits, self.pack.fields)
        run = Binding(self.pack.absent)
        for stray in taken.strays if taken else ():
            if stray.hint in PLACES:
                run.slip("unknown-field", None, stray.pin, None, f"stray-{stray.hint}", nearest=stray.nearest,
                         places=[], there=None)
            else:
                run.slip("wrong-type", None, stray.pin, None, f"cell-{stray.hint}", expected="", wants="")
        typed = self._kind_typed(root)
        contrary = self._kind_meant(root, typed) if typed else None
        said = contrary or typed or self.pack.kind_by_fields(root.entries)
        kind = said or KINDS[0]
        mark = next(iter(root.at.values())) if root.at else root.mark
        doc = self.pack.shapes[kind].bind(root, run, None, mark, None)
        if doc is None:
            doc = Doc()
            doc.src, doc.shape, doc.misspelt = root, self.pack.shapes[kind], None
            for name in doc.shape.required:
                doc.shape.missing(name, doc, run, None, mark)
        if contrary:
            self._contradict(root, contrary, doc, run)
        valid = doc.get("report") in KINDS
        phase = doc.get("phase") if doc.get("phase") in self.pack.phases else None
        home, field = self.pack.roles.level_path
        unit = doc.get(home)
        level = unit.get(field) if kind == "unit" and type(unit) is Doc else None
        report = Report(doc, kind if valid else None, phase, level if level in self.pack.levels else None, run.texts,
                        run.chinese * 2 > len(doc))
        case = Case(report, self.pack, run.slips, run.astray, b"" if taken else data)
        if taken:
            case.memo["sheets"] = taken.ways
        private = {stray.pin for stray in taken.strays if stray.private} if taken else ()
        for slip in run.slips:
            if slip.name == "unknown-field":        # what is private must not go into the remarks
                slip.facts["private"] = slip.mark in private or slip.mark in case.private_keys
        about = self._about(report, said, folder)
        if report.level is None and level is not BAD and about.kind == "unit":
            case.memo["level"] = "roster"
            entry = self.roster.units.get(about.key or "") if self.roster else None
            report.level = entry.level if entry else None
            if entry:
                unit[field] = entry.level       # conditions on it read it
            about = replace(about, level=report.level)
        return case, about

    def _kind_typed(self, root: Map) -> str | None:
        """The kind that the file says."""
        entries = root.entries
        for shape in self.pack.shapes.values():
            for written, (key, choice) in shape.fields.items():
                typed = entries.get(written) if key == "report" else None
                if isinstance(typed, str):
                    found: str | None = choice.values.get(typed.strip())
                    if found:
                        return found
        return None

    def _kind_meant(self, root: Map, typed: str) -> str | None:
        """The kind of whom a report is about, where that is not the kind that it says."""
        def is_about(kind: str) -> bool:
            owner, titles = self.pack.roles.identity[kind][0], self.pack.shapes[kind].titles
            return any(isinstance(root.entries.get(name), Map) for name in (owner, titles[owner]))

        return None if is_about(typed) else next(filter(is_about, self.pack.shapes), None)

    def _contradict(self, root: Map, meant: str, doc: Doc, run: Binding) -> None:
        """What it says is not the kind that it is of."""
        written = next(name for name, (key, _) in doc.shape.fields.items() if key == "report" and name in root.entries)
        typed = str(root.entries[written]).strip()
        run.slip("unknown-value", (None, "report"), root.at[written], written, "contrary", typed,
                 nearest=doc.shape.fields["report"][1].named(meant, typed))
        doc["report"] = BAD

    def _about(self, report: Report, kind: str | None, folder: str | None) -> About:
        """Who a report of this kind is about; of what says no kind validly it is the one whose fields it has."""
        doc, roles = report.doc, self.pack.roles
        map_, name = roles.identity[kind] if kind else ("", "")
        owner = doc.get(map_) if kind else None
        owner = owner if type(owner) is Doc else {}
        ident = owner.get(name)
        unit = owner.get(roles.person_unit) if kind == "personal" else ident
        ident, unit = (one if type(one) is str else None for one in (ident, unit))
        subject = Subject(kind, _shown_id(ident), _shown_id(unit)) if kind and ident else None
        dates = [value if type(value) is str else None for value in map(doc.get, (roles.filed, roles.refiled))]
        return About(kind, (id_key(ident) or None) if ident else None, subject, id_key(unit) if unit else None,
                     report.level, report.phase, dates[0], dates[1], folder)


def _shown_id(ident: str | None) -> str | None:
    """An ID as it may be printed: as typed where its form is right, else without unseen characters, else nothing."""
    return printable_id(ident) or printable_id(clean_id(ident)) if ident else None
