"""Check kinds over all reports of a run that look for what several subjects have in common: texts and IDs.

What they hold of each file lies in tables; of many files it would fill the memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cached_property, lru_cache, partial
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING
from zlib import adler32, crc32

from ...packs.patterns import QUOTING
from ...reading.paths import Field, Scope
from ...text.messages import NAMED, Some
from ...text.regex import regex
from ...text.wording import id_key, joined_keys, split_names, text_key
from ..alike import (
    HEAD,
    MARK,
    TABLES,
    Tables,
    candidates,
    hashes,
    marks,
    may_be_alike,
    neighbours,
    repeated,
    sketch,
)
from ..results import About, as_bytes, packed, unpacked
from .batch import BatchCheck, File, Judge, Mark, Sight, Take
from .kind import BATCH, Kind, Options

if TYPE_CHECKING:
    from ...packs.pack import Pack
    from ...records import Route
    from ..case import Case


def _subject(one: File) -> tuple[str | None, str | None]:
    return one.kind, one.key


# Numbers that several files may hold, each with the file and its subject; those that several subjects do.
_HELD = """
CREATE TABLE ids (number INTEGER, file INTEGER, subject);
CREATE TABLE shared (file INTEGER, number INTEGER, PRIMARY KEY (file, number)) WITHOUT ROWID;
"""
_ID = "INSERT INTO ids VALUES (?, ?, ?)"
_SHARED = """INSERT INTO shared SELECT DISTINCT file, number FROM ids WHERE number IN (
    SELECT number FROM ids GROUP BY number HAVING min(subject) <> max(subject))"""


def _shared(view: Sight) -> Tables | None:
    """The files that leave the same numbers as those of other subjects, and these; None where no number is repeated."""
    repeats = repeated((row for one, row in view.rows() if view.applies(one)), view.files)
    held = None
    for one, row in view.rows():
        for number in filter(repeats, row) if view.applies(one) else ():
            held = held or view.tables(_HELD)
            held.later(_ID, (number, one.at, as_bytes(f"{one.kind} {one.key}")))
    if held:
        held.write(_SHARED)
    return held


def id_clash(options: Options, pack: Pack) -> BatchCheck:
    """An ID belongs to one subject; plain numbers are local to their report.

    Each file leaves a hash of each of its IDs; where two subjects share one, their reports are read once more.
    """
    wanted = Field(options["of"])

    def keys_in(case: Case) -> list[tuple[Route, str]]:
        return [(path, id_key(ident)) for path, ident in wanted.read(case, Scope(case.report.doc, ()))
                if not ident.isdigit()]

    def collect(case: Case, about: About) -> str | None:
        if not about.key:
            return None
        typed, known = case.values(wanted.text), case.id_hashes(wanted.text)
        hashes = {number for ident, number in zip(typed, known, strict=True) if not ident.isdigit()}
        return packed(array("I", sorted(hashes))) if hashes else None

    def survey(view: Sight) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            if not (held := _shared(view)):
                return
            places: list[tuple[File, list[tuple[Route, str]]]] = []
            # by ID and subject, the first file of each
            first: dict[str, dict[tuple[str | None, str | None], File]] = {}
            for [at] in held.pages("SELECT DISTINCT file FROM shared WHERE file > ? ORDER BY file"):
                one = view.one(at)
                shared = {number for [number] in held.read("SELECT number FROM shared WHERE file = ?", at)}
                found = [(path, key) for path, key in keys_in(view.bind(one)) if crc32(key.encode()) in shared]
                places.append((one, found))
                for _, key in found:
                    first.setdefault(key, {}).setdefault(_subject(one), one)
            holding = {key: sorted((view.shown(other.at), subject) for subject, other in subjects.items())
                       for key, subjects in first.items()}
            for one, found in places:
                for path, key in found:
                    others = Some(dict.fromkeys(  # once each, though two subjects may show the same
                        shown for shown, subject in islice(holding[key], NAMED + 2) if subject != _subject(one)))
                    if others:
                        yield Mark(one.at, path, facts={"others": others})

        return None, judge

    return BatchCheck(collect, survey)


class Stripper:
    """Takes the plan's and the form's words, names and quotations out of a text before texts are compared."""

    RUN = 6         # characters in a row that make a run of the plan's words: an anchor begins at one of the first STEP
    STEP = 4
    MOST = 500      # fields with names, different ones, that are looked at
    QUOTES = regex("[“「『《〈][^“”「」『』《》〈〉]{0,200}[”」』》〉]")

    def __init__(self, pack: Pack) -> None:
        self.named_in = pack.roles.names
        texts = [one.text for one in pack.behaviours.values()]
        texts += [text for theme in pack.themes.values() for text in (theme.heading, *theme.upholds)]
        texts += [*pack.parts.values(), *pack.words("form_texts")]
        self.texts = list(map(text_key, texts))

    @cached_property
    def own(self) -> frozenset[str]:
        """Each run of the plan's words."""
        return frozenset(key[at:at + self.RUN] for key in self.texts for at in range(len(key) - self.RUN + 1))

    @cached_property
    def anchors(self) -> frozenset[int]:
        """Each anchor in them, as a number, and some that lead nowhere."""
        texts = "\x1f".join(self.texts)
        return frozenset(chain.from_iterable(_anchors(texts[at:]) for at in range(self.STEP)))

    def keys(self, wanted: str, case: Case) -> str:
        """The comparable forms of the texts at a path, without quotations, in a row."""
        if case.signs.isdisjoint(QUOTING):
            return case.joined_keys(wanted)
        found = case.memo.get(("unquoted", wanted))
        if found is None:
            found = joined_keys([self.QUOTES.sub("", text) for text in case.values(wanted)])
            case.memo["unquoted", wanted] = found
        return found

    def own_texts(self, wanted: str, case: Case) -> list[str]:
        """The comparable form of what is the writer's own, of each text at a path."""
        found = case.memo.get(("own", wanted))
        if found is None:
            found = case.memo["own", wanted] = self._without_names_and_plan(self.keys(wanted, case), case)
        return found

    def _without_names_and_plan(self, keys: str, case: Case) -> list[str]:
        if "names" not in case.memo:
            typed = dict.fromkeys([name for one in self.named_in for name in case.values(one) if type(name) is str])
            names = {name for one in islice(typed, self.MOST) for name in _name_keys(one)}
            case.memo["names"] = sorted(names, key=lambda name: (-len(name), name))
        for name in case.memo["names"]:
            if name in keys:
                keys = keys.replace(name, "")
        return self._without_plan(keys).split("\x1f")

    def _without_plan(self, keys: str) -> str:
        """Texts without each run of the plan's words, as long as it goes on, from the left."""
        step, run, own, here = self.STEP, self.RUN, self.own, _anchors(keys)
        known = self.anchors.intersection(here)
        held = [at * step for at, anchor in enumerate(here) if anchor in known] if known else []
        kept, end, last = [], 0, -1
        for at in held:
            for start in range(max(0, at - step + 1), at + 1):
                if (start >= end or start == last + 1) and keys[start:start + run] in own:
                    if start >= end:
                        kept.append(keys[end:start])
                    end, last = start + run, start
        return "".join([*kept, keys[end:]]) if end else keys


_BEYOND = regex("[^\0-\uffff]")       # characters that are two units of UTF-16


def _anchors(text: str) -> memoryview:
    """Three characters as a number, then those that begin four further on, and so on; what has no single unit in
    UTF-16 counts for each other.
    """
    units = bytearray(text.encode("utf-16-le"))
    if len(units) > 2 * len(text):
        units = bytearray(_BEYOND.sub("\0", text).encode("utf-16-le"))
    units += bytes(-len(units) % 8)
    units[6::8] = units[7::8] = bytes(len(units) // 8)      # without the fourth
    return memoryview(units).cast("Q")


@lru_cache(maxsize=2)
def _stripper(pack: Pack) -> Stripper:
    """The one of a pack, which two kinds share."""
    return Stripper(pack)


@lru_cache(maxsize=4096)
def _name_keys(typed: str) -> list[str]:
    """The comparable forms of the names in a field for names, as they may stand in a text."""
    return [key for name in split_names(typed) if len(key := text_key(name)) > 1]


def similar_text(options: Options, pack: Pack) -> BatchCheck:
    """The texts of two subjects of a kind overlap under so many percent (shingles of so many characters, Jaccard).

    The plan's words, names and quotations are taken out first. Each file leaves a hash of every shingle, by which
    partners are found and shares told: no report is read once more.
    """
    wanted = options["fields"]
    percent, size, least = options["percent"], options["shingle"], options["least"]
    stripper = _stripper(pack)

    def collect(case: Case, about: About) -> str | None:
        if not about.key or sum([len(stripper.keys(one, case)) for one in wanted]) < size + least - 1:
            return None
        text = "".join([text for one in wanted for text in stripper.own_texts(one, case)])
        return packed(marks(numbers := hashes(text, size)), numbers) if len(text) >= size + least - 1 else None

    def gathered(view: Sight) -> dict[str | None, _Texts]:
        """By kind of report the texts that may have partners."""
        found: dict[str | None, _Texts] = {}
        met, parts = bytearray(view.files), 1 + (view.files * HEAD >> 21)       # few enough at once for `repeated`
        for part in range(parts):
            rows = partial(_rows, view, parts, part)
            repeats = repeated((numbers for _, _, numbers in rows()), view.files * HEAD // parts)
            for one, row, numbers in rows():
                met[one.at] += sum(map(repeats, numbers))
                if part == parts - 1 and may_be_alike(row, met[one.at]):
                    if one.kind not in found:
                        found[one.kind] = _Texts(view, least, pack.roles.themes)
                    found[one.kind].add(one.at, row)
        return found

    def survey(view: Sight) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            found = gathered(view)
            for kind in view.kinds:
                if known := found.pop(kind, None):
                    known.sketch()
                    for left, right in candidates(known.tables, known.full, view.tell):
                        known.compare(left, right, percent)
                    yield from known.told()

        return None, judge

    return BatchCheck(collect, survey)


def _rows(view: Sight, parts: int, part: int) -> Iterator[tuple[File, array[int], list[int]]]:
    """The files that count, with their `marks` and one of so many parts of the neighbours among these."""
    for one, row in view.rows():
        if one.counts and view.applies(one):
            yield one, row, [number for number in neighbours(row) if number % parts == part]


# How much texts are alike, in percent less than nothing, a text itself first; the same in order.
_SHARES = """
CREATE TABLE shares (text INTEGER, share INTEGER, other INTEGER);
CREATE TABLE told (place INTEGER PRIMARY KEY, text INTEGER, share INTEGER, other INTEGER);
"""
_SAME = -101


class _Texts:
    """The different texts of some files, who has each, and which are how much alike."""

    HELD = 1 << 19      # hashes held at once, but for those of two texts

    def __init__(self, view: Sight, least: int, home: str) -> None:
        self.view, self.least = view, least
        self.home = home                            # the field at which a finding stands
        self.tables = view.tables(TABLES + _SHARES)
        self.first = array("I")                     # of each text the first file that has it
        self.owners = array("I")                    # how many have it
        self.known = array("I")                     # and how many other files are alike
        self.full = bytearray()                     # whether these are more than are named
        self.held: dict[int, array[int]] = {}
        self.room = self.HELD
        self.mine: tuple[int, set[int]] = (-1, set())

    def add(self, file: int, row: array[int]) -> None:
        """Add the text of a file, by its `marks`."""
        self.tables.later("INSERT INTO owners VALUES (?, ?)", (file, row[:MARK].tobytes()))

    def sketch(self) -> None:
        """Number the different texts, when all were added."""
        self.tables.write("INSERT INTO firsts SELECT min(file), mark, count(*) FROM owners GROUP BY mark")
        for file, mark, owners in self.tables.pages("SELECT * FROM firsts WHERE file > ? ORDER BY file"):
            text, numbers = len(self.first), self.view.rest(file)
            if text % 64 == 0:
                self.view.tell(0, self.view.files)
            if len(set(numbers)) >= self.least:
                self.tables.later("INSERT INTO texts VALUES (?, ?, ?)", (text, mark, sketch(numbers).tobytes()))
                self.first.append(file)
                self.owners.append(owners)
                self.known.append(0)
                self.full.append(0)
                if owners > 1:
                    self._note(text, text, _SAME, owners - 1)

    def _note(self, text: int, other: int, share: int, files: int) -> None:
        """Note that another text is alike, and is that of so many files; or that so many others have it itself."""
        if not self.known[text] and other != text:
            self._note(text, text, _SAME, 0)
        self.tables.later("INSERT INTO shares VALUES (?, ?, ?)", (text, share, other))
        self.known[text] += files
        self.full[text] = self.known[text] > NAMED

    def hashes(self, text: int) -> array[int]:
        """All hashes of a text, once each."""
        if text not in self.held:
            numbers = array("I", set(self.view.rest(self.first[text])))
            self.room -= len(numbers)
            if self.room < 0:
                self.held.clear()
                self.room = self.HELD - len(numbers)
            self.held[text] = numbers
        return self.held[text]

    def compare(self, left: int, right: int, percent: int) -> None:
        """Note the share of two texts if it is large enough."""
        if self.mine[0] != right:
            self.mine = right, set(self.hashes(right))
        mine, their = self.mine[1], self.hashes(left)
        common = len(mine.intersection(their))
        whole = len(mine) + len(their) - common
        if common * 100 >= whole * percent:
            for text, other in ((left, right), (right, left)):
                self._note(text, other, -(common * 100 // whole), self.owners[other])

    def files(self, text: int) -> Iterator[int]:
        """The files that have a text, in order of path."""
        return (file for [file] in self.tables.pages(
            "SELECT file FROM owners WHERE file > ? AND mark = (SELECT mark FROM texts WHERE text = ?) ORDER BY file",
            text))

    def told(self) -> Iterator[Mark]:
        """A mark for each file that has partners, with those that are most alike."""
        from heapq import nsmallest  # in most batches nothing is alike

        self.tables.write("INSERT INTO told (text, share, other) SELECT * FROM shares ORDER BY text, share, other")
        every = self.tables.pages("SELECT place, text, share, other FROM told WHERE place > ? ORDER BY place")
        for text, partners in groupby(every, key=itemgetter(1)):
            named: list[tuple[int, str, int]] = []
            for _, _, share, other in partners:
                shown = nsmallest(NAMED + 2, ((self.view.shown(at), at) for at in self.files(other)))
                named += [(at, ident, min(100, -share)) for ident, at in shown]
                if len(named) > NAMED + 1:
                    break
            for file in self.files(text):
                others = [(ident, share) for at, ident, share in named if at != file]
                words = [f"{ident} {share}%" for ident, share in sorted(others[:NAMED]) + others[NAMED:]]
                yield Mark(file, (self.home,), facts={"others": Some(words)})


def copied_from_unit(options: Options, pack: Pack) -> BatchCheck:
    """A personal text is not word for word one of the unit's own.

    Each file leaves a hash of eight bytes of each of its texts, 0 for a short one; a person's report of which one is
    the unit's is read once more, for the place.
    """
    wanted, least = options["field"], options["least"]
    paths = Field(wanted)
    stripper = _stripper(pack)

    def collect(case: Case, about: About) -> str | None:
        if not about.unit_key or not case.values(wanted):
            return None
        texts = [text.encode("utf-8", "surrogatepass") if len(text) >= least else b""
                 for text in stripper.own_texts(wanted, case)]
        return packed(array("I", map(crc32, texts)), array("I", map(adler32, texts)))

    def numbers(fact: str | None) -> Iterator[tuple[int, int]]:
        return zip(unpacked(fact), unpacked(fact, 1), strict=True) if fact else iter(())

    def survey(view: Sight) -> tuple[Take, Judge]:
        units: dict[str | None, frozenset[tuple[int, int]]] = {}
        found: list[tuple[File, list[int]]] = []

        def of_unit(key: str | None) -> frozenset[tuple[int, int]]:
            if key not in units:
                own = view.unit(key)
                units[key] = frozenset(numbers(view.fact(own) if own else None)) - {(0, 1)}      # of no text at all
            return units[key]

        def take(one: File, fact: str) -> None:
            if (hashes := of_unit(one.unit_key)) and one.kind == "personal" and one.counts and view.applies(one):
                same = [at for at, number in enumerate(numbers(fact)) if number in hashes]
                if same:
                    found.append((one, same))

        def judge() -> Iterator[Mark]:
            for one, same in found:
                places = paths.read(view.bind(one), Scope(None, ()))
                yield from (Mark(one.at, places[at][0]) for at in same)

        return take, judge

    return BatchCheck(collect, survey)


CHECK_KINDS = {
    "similar_text": Kind(make=similar_text, raises={None: "others"}, stage=BATCH, rows=True, long=True,
                         of_others=True),
    "copied_from_unit": Kind(make=copied_from_unit, raises={None: ""}, stage=BATCH, of_others=True),
    "id_clash": Kind(make=id_clash, raises={None: "others"}, stage=BATCH, rows=True, of_earlier=True, of_others=True),
}
