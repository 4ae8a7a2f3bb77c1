"""Whose a file is that can't be read, is no report or has no ID: by its name, or by the ID that stands in its raw text.

Where the two disagree, or the text names several subjects, the file is nobody's: a letter must not say of anybody what
is another's. Nothing here checks a report, and no text of a file leaves this module but an ID that the roster holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

from ..packs.pack import KINDS, Pack
from ..packs.roster import Entry, Roster
from ..reading.files import Listed, attachment_mark, read_bytes, read_start
from ..reading.intake import BREAK
from ..reading.slips import MAGIC, wide
from ..recording import dataclass
from ..records import Ignored, Limits, Unreadable
from ..text.regex import regex
from ..text.wording import id_key
from .standing import called_after, is_number

# Endings by which people know what a file is; the first that fits.
_HINTS = (
    ("hidden-extension", (".yaml.txt", ".yml.txt")),
    ("word", (".doc", ".docx", ".docm", ".dot", ".dotx", ".wps", ".wpt", ".odt", ".rtf")),
    ("excel", (".xls", ".xlsx", ".xlsm", ".xlsb", ".et", ".ett", ".ods", ".csv",
               ".numbers")),
    ("pdf", (".pdf",)),
    ("picture", (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".heif")),
    ("archive", (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")),
)
OTHER = "other"
_TEXTS = ("hidden-extension", OTHER)        # what may be text, so that it is worth looking into
_FIRST = 4096       # bytes by which a text is told from a picture
_RUN = 4            # characters in a row by which a folder names a phase, as behaviours are named


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose a file is, and the phase that its folder or its text names; None: it may be of any."""

    entry: Entry
    phase: str | None
    superseded: bool = False    # of a phase before the one that its subject has reported


@dataclass(frozen=True, slots=True)
class Aside:
    """A file of a subject that is no report."""

    ignored: Ignored
    phase: str | None


def hint_of(name: str) -> str:
    """What an ignored file is, by its name."""
    lower = name.strip().lower()
    return next((hint for hint, endings in _HINTS if lower.endswith(endings)), OTHER)


class Attribution:
    """Finds the owner of a file among those on a roster. Field names and phases come from the pack."""

    def __init__(self, roster: Roster, pack: Pack) -> None:
        self.roster, self.pack = roster, pack
        shapes = pack.shapes
        self._reports = shapes[KINDS[0]].fields["report"][1].values
        self._report = _typed_after(written for shape in shapes.values() for written, (key, _) in shape.fields.items()
                                    if key == "report")
        self._phase = _typed_after(written for shape in shapes.values() for written, (key, _) in shape.fields.items()
                                   if key == "phase")
        owners = pack.roles.identity
        self._idents = {kind: _typed_after(written for field, shape in shapes[kind].fields.values()
                                           if field == owners[kind][0] for written, (key, _) in shape.fields.items()
                                           if key == owners[kind][1]) for kind in KINDS}
        self._runs = _phase_runs(pack)

    def of(self, name: str, data: bytes | None) -> Owned | None:
        """The owner of a file by its name (a path with `/`) and, where they are at hand, its bytes."""
        folders, _, own = name.rpartition("/")
        named = called_after(own, self.roster)
        typed: set[tuple[str, str]] = set()
        phases = [found for folder in folders.split("/") if (found := self._phase_of_folder(folder))]
        if data is not None:
            for text in _texts(data):
                typed, said = self._typed(text)
                if typed or said:
                    phases += said
                    break
        if named and typed and self.roster.counted and is_number(named):
            named = None
        if named:
            entry = named if not typed or (named.kind, named.key) in typed else None
        else:
            entry = self.roster.entry(*typed.pop()) if len(typed) == 1 else None
        return Owned(entry, max(phases, key=self.pack.order, default=None)) if entry else None

    def _typed(self, text: str) -> tuple[set[tuple[str, str]], list[str]]:
        """(kind and comparable ID) of each on the roster whom a text names as its subject, and the phases it declares.

        A person's report names the unit too: a unit is the subject only of what is plainly a unit's.
        """
        text = "\n".join(line for line in BREAK.split(text) if not line.lstrip().startswith("#"))
        said = {self._reports.get(_plain(value)) for value in self._report.findall(text)} - {None}
        kind = said.pop() if len(said) == 1 else self.pack.kind_by_fields(_MARGIN.findall(text)) if not said else None
        subjects = {(one, key) for one in ((kind,) if kind else KINDS[:1])
                    for value in self._idents[one].findall(text) if (key := id_key(_plain(value, " \t")))
                    and self.roster.entry(one, key)}
        phases = [phase for value in self._phase.findall(text)
                  if (phase := self.pack.vocabulary.phases.get(_plain(value)))]
        return subjects, phases

    def _phase_of_folder(self, folder: str) -> str | None:
        """The one phase that a folder names: by its ID or its name, or by a run of it that is in no other's."""
        text = unicodedata.normalize("NFKC", folder).casefold()
        whole = [phase.id for phase in self.pack.phases.values()
                 if any(name.casefold() in text for name in (phase.id, *phase.name.values()))]
        if len(whole) == 1:
            return whole[0]
        text = "".join(filter(str.isalpha, text))
        return self._runs.get(text)


def _phase_runs(pack: Pack) -> dict[str, str]:
    """Each run of a phase's Chinese name that is long enough and stands in no other's -> the phase."""
    runs = [(name[start:end], phase.id) for phase in pack.phases.values()
            for name in [unicodedata.normalize("NFKC", phase.name["zh"]).casefold()]
            for start in range(len(name)) for end in range(start + _RUN, len(name) + 1)]
    times = Counter(run for run, _ in set(runs))
    return {run: phase for run, phase in runs if times[run] == 1}


def _typed_after(keys: Iterable[str]) -> re.Pattern[str]:
    """Finds what is typed after one of these field names, with whatever colon, in block or flow style."""
    names = "|".join(map(re.escape, sorted(set(keys), key=lambda key: (-len(key), key))))
    return re.compile(rf"(?<!\w)(?:{names})[\"'”’]?[ \t\u3000\xa0]{{0,40}}[:：﹕∶]([^\n,，{{}}#]{{0,200}})")


# what stands before a colon where the fields of the report itself begin
_MARGIN = regex("^[\"'“‘]?([^\\s:：﹕∶\"'”’]{1,40})[\"'”’]?[ \t\u3000\xa0]{0,40}[:：﹕∶]", re.MULTILINE)


def _plain(value: str, cut: str = "") -> str:
    """A typed value without quotation marks and blanks around it, up to the first of the characters `cut`."""
    value = value.strip().strip("\"'“”‘’。；;").strip()
    return re.split(f"[{cut}]", value, maxsplit=1)[0] if cut else value


def _texts(data: bytes) -> Iterable[str]:
    """The text that bytes may be, most likely first; nothing for what is plainly no text."""
    if any(data.startswith(begin) for begin, _ in MAGIC):
        return
    encoding = wide(data)
    if encoding:
        bom = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
        order = "" if bom else "-le" if data[1:2] == b"\0" else "-be"
        yield data.decode(encoding + order, "replace").removeprefix("\ufeff")
        return
    for encoding in ("utf-8-sig", "gb18030"):       # a file with a broken byte is still the one or the other
        yield data.decode(encoding, "replace")


def set_aside(names: Sequence[str], others: dict[str, Listed], attribution: Attribution | None, limits: Limits,
              folders: Set[str], attached: Mapping[str, Set[str]],
              filed: Set[tuple[str, str]]) -> tuple[list[Ignored], dict[tuple[str, str], list[Aside]]]:
    """The ignored files as records, and by kind and comparable ID those of each subject.

    `folders` are those in which a report lies; `others` are those of `names` that were set aside for their form
    alone. What is hidden, excluded or one of our own tables is nobody's submission. What a report lists as its
    attachment is known, so that it is none of these, unless it may be the report of one who is not among `filed`.
    """
    ignored: list[Ignored] = []
    owned: dict[tuple[str, str], list[Aside]] = {}
    for name in names:
        hint, own = hint_of(name), None
        known = name in others and _is_attached(name, attached)
        if attribution and name in others:
            own = attribution.of(name, _looked_into(others[name], limits) if hint in _TEXTS and not known else None)
        if known and (own is None or (own.entry.kind, own.entry.key) in filed):
            continue
        one = Ignored(name, hint, own.entry.subject if own else None, name in others,
                      name.rpartition("/")[0] in folders)
        ignored.append(one)
        if own:
            owned.setdefault((own.entry.kind, own.entry.key), []).append(Aside(one, own.phase))
    return ignored, owned


def _is_attached(name: str, attached: Mapping[str, Set[str]]) -> bool:
    """Whether a report in a folder above lists the file; `attached` holds, by folder, the marks of what is listed."""
    folder = name
    while attached and folder:
        folder = folder.rpartition("/")[0]
        if folder in attached and attachment_mark(name.removeprefix(folder)) in attached[folder]:
            return True
    return False


def _looked_into(listed: Listed, limits: Limits) -> bytes | None:
    """The bytes of what may be a text; None for anything else, of which only the first bytes are read."""
    start = read_start(listed.path, _FIRST)
    if not start or (b"\0" in start and wide(start) is None):
        return None
    try:
        return read_bytes(listed, limits)
    except Unreadable:
        return None
