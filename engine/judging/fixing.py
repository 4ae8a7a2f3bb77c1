"""Mends in a file what is certain: encoding, the signs of YAML at fields of the form, unusual spellings, year brackets.

What people wrote as text is never touched, but for the brackets around the year of a document number. A report that
could be read before says the same afterwards; where it would not, nothing is done. Nothing here writes a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..packs.pack import Pack
from ..reading import slips
from ..reading.intake import BREAK, WIDE_DASHES, WIDE_SPACES, Map, Seq, Value, begins_of_lines
from ..reading.mending import Mended, lead_of, mend, typed
from ..reading.report import BAD
from ..reading.schema import Slip
from ..reading.slips import NUMBER_MARK
from ..reading.typed import quoted
from ..recording import dataclass
from ..records import Limits, Unreadable
from ..text import dates
from ..text.regex import regex
from .case import Case
from .inserting import Block, layout, lines_of
from .opening import Opener

# Slips of a line after whose mending nobody can doubt what was meant, or that takes only quotation marks.
CERTAIN = frozenset({"wide-colon", "tight-colon", "wide-dash", "number-mark", "tight-dash", "tab", "wide-indent",
                     "guidance", "heading", "in-braces", "sign", "second-colon", "bracket", "escape", "after-quote"})
NAMELESS = "…"          # stands for what people wrote
_BOM = "\ufeff"
_UNSEEN = regex("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_REMARK = regex(r"[(（\[【]")
_YEAR = regex(r"(.)([0-9０-９]{4})(.)")
_TIGHT = regex(" *-[^ ]")      # a line that found no place for what stands after its dash
_LISTED = regex("[、，；,;]")
_MARK = regex(rf"(?:[-#{WIDE_DASHES}]|{NUMBER_MARK})[ \t{WIDE_SPACES}]*")
PASSES = 3              # what is put right may show what else is to be

Span = tuple[int, int]      # first and last position in a text
Edit = tuple[Span, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its line (1-based, 0: the file), what is wrong there by the name of a text, and how it reads before
    and after, without what people wrote.
    """

    line: int
    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file as it is mended, and whether that can be read."""

    data: bytes
    changes: tuple[Change, ...]
    readable: bool


def fix(data: bytes, pack: Pack) -> Fixed:
    """The mended bytes of a file, the same where there is nothing to mend."""
    opener = Opener(pack, None, Limits())
    text, changes = _decoded(data)
    if text is None:
        return Fixed(data, (), False)
    mark, text = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    text, unseen = _seen(text)
    changes += unseen
    case = _open(opener, text)
    if case is None and (mended := mend(text, tuple(pack.shapes.values()), pack.fields)):
        text, signs = _signs(text, mended, pack.fields)
        changes += signs
        case = _open(opener, text)
    for _ in range(PASSES if case else 0):
        text, found = _values(text, opener, pack)
        changes += found
        if not found:
            break
    if not changes:
        return Fixed(data, (), case is not None)
    return Fixed((mark + text).encode(), tuple(sorted(changes, key=lambda one: one.line)), case is not None)


def _values(text: str, opener: Opener, pack: Pack) -> tuple[str, list[Change]]:
    """The text of a report that can be read with its values as they should be written: all, or those that keep what it
    says.
    """
    case = _open(opener, text)
    if case is None:
        return text, []
    before = _plain(case.report.doc)
    found = {span: (change, new) for change, (span, new) in [*_brackets(case, pack), *_spellings(case, pack)]}

    def holds(spans: list[Span]) -> str | None:
        made = _edited(text, [(span, found[span][1]) for span in spans])
        now = _open(opener, made)
        return made if now and _plain(now.report.doc) == before else None

    kept = [*found]
    if kept and holds(kept) is None:
        kept = [span for span in kept if holds([span]) is not None]
    made = holds(kept) if kept else None
    return (text, []) if made is None else (made, [found[span][0] for span in kept])


def _decoded(data: bytes) -> tuple[str | None, list[Change]]:
    """The text of a file, in UTF-8 or in an encoding that is certain; None where nobody can tell."""
    fault = None
    try:
        text = data.decode("utf-8")
        fault = slips.other_kind(data, True) if b"\0" in data else None
        if fault is None:
            return text, []
    except UnicodeDecodeError:
        fault = slips.other_kind(data, False)
    if fault is None or fault.hint not in ("gb18030", "utf-16"):
        return None, []
    try:
        return data.decode(fault.hint), [Change(0, fault.hint.replace("-", "_"))]
    except UnicodeDecodeError:
        return None, []


def _seen(text: str) -> tuple[str, list[Change]]:
    """The text without marks of direction and of byte order, which nobody sees and no report may hold."""
    lines = [at for at, line in enumerate(BREAK.split(text), 1) if _UNSEEN.search(line)]
    return _UNSEEN.sub("", text), [Change(at, "unseen", NAMELESS, NAMELESS) for at in lines]


def _open(opener: Opener, text: str) -> Case | None:
    try:
        return opener.open(text.encode())[0]
    except Unreadable:
        return None


def _signs(text: str, mended: Mended, fields: frozenset[str]) -> tuple[str, list[Change]]:
    """The lines of which all slips are certain in the place of those typed."""
    lines, ends, right = BREAK.split(text), BREAK.findall(text), BREAK.split(mended.text)
    changes = []
    for one in mended.slips:
        hints, at = {one.hint or "", *(other.hint or "" for other in one.also)}, one.line - 1
        if hints <= CERTAIN and right[at] != lines[at] and not _TIGHT.match(right[at]):
            changes.append(Change(one.line, (one.hint or "").replace("-", "_"), _head(lines[at], fields),
                                  _head(right[at], fields)))
            lines[at] = right[at]
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True)), changes


def _head(line: str, fields: frozenset[str]) -> str:
    """A line without what people wrote: blanks, a list's mark, a field, its colon; of a value only its quotes."""
    found = typed(line)
    lead = lead_of(line)
    if found and found.name in fields:
        value, head = found.value.strip(), line[len(lead):len(line) - len(found.value)]
    else:
        mark = _MARK.match(line, len(lead))
        head = mark[0] if mark else ""
        value = line[len(lead) + len(head):].strip()
    shown = NAMELESS if value else ""
    if len(value) > 1 and value[0] in "'\"" and value[0] == value[-1]:
        shown = f"{value[0]}{NAMELESS}{value[0]}"
    return "".join("⇥" if one == "\t" else "□" if one in WIDE_SPACES else one for one in lead) + head + shown


# -- spellings ---------------------------------------------------------------------------------------------


def _spellings(case: Case, pack: Pack) -> Iterator[tuple[Change, Edit]]:
    """Values that were understood and should be written in another way."""
    spans = _spans(case)
    for slip in case.slips:
        place = slip.mark.line, slip.mark.column
        if slip.name == "date-spelling" and place in spans and (new := _respelt(slip)) is not None:
            if slip.hint == "list" and "\n" in case.source[slice(*spans[place])].strip():
                continue        # items on lines of their own, of which YAML made one text
            secret = slip.path[:1] == (pack.roles.themes,) and pack.sensitive(str(slip.path[1]))
            before = NAMELESS if secret or slip.hint in ("value", "list") else slip.value or ""
            after = f"[{NAMELESS}]" if slip.hint == "list" else NAMELESS if secret else new
            yield Change(slip.mark.line + 1, "spelling", before, after), (spans[place], new)


def _respelt(slip: Slip) -> str | None:
    """What is to be typed instead; None where a remark would go with it, or nobody can tell."""
    text = slip.value or ""
    if slip.hint == "count":
        return re.sub(r"\D", "", dates.narrow(text)) or None
    if slip.hint == "list" and _MARK.match(text):
        return None     # a list's mark of another keyboard, which YAML took for text
    if slip.hint == "list":
        parts = [one.strip().strip("\"'") for one in _LISTED.split(text.strip("\"'"))]
        return "[" + ", ".join(f'"{one}"' if re.search(r"[^\w/.·-]", one) else one for one in parts if one) + "]"
    new = slip.told[1].get("typed")
    if not isinstance(new, str) or not new or (slip.hint == "value" and _REMARK.search(text)):
        return None
    return quoted(new)


# -- brackets ----------------------------------------------------------------------------------------------


def _brackets(case: Case, pack: Pack) -> Iterator[tuple[Change, Edit]]:
    """The years of document numbers, by the pack's own rule."""
    source = case.source
    for rule in pack.rules.values():
        for check in rule.checks:
            if check.get("pattern", {}).get("patterns") != "year_brackets":
                continue
            pattern, spared = pack.patterns("year_brackets").regex, check["pattern"].get("spared", ())
            for begin, end in sorted(set(_spans(case, texts=True).values())):
                for match in pattern.finditer(source, begin, end):
                    year = _YEAR.search(source, match.start() + 1, match.end())
                    around = [source[max(0, match.start() - len(one)):match.end() + len(one)] for one in spared]
                    if year and not any(one in text for one, text in zip(spared, around, strict=True)):
                        line = len(BREAK.findall(source, 0, match.start())) + 1
                        yield (Change(line, "brackets", f"{NAMELESS}{year[0]}{NAMELESS}",
                                      f"{NAMELESS}〔{year[2]}〕{NAMELESS}"), (year.span(), f"〔{year[2]}〕"))


# -- places ------------------------------------------------------------------------------------------------


def _spans(case: Case, texts: bool = False) -> Mapping[tuple[int, int], Span]:
    """Where each value stands, by the line and column (0-based) of its key or of itself as an item; with `texts` only
    those that hold no others.
    """
    blocks: dict[tuple[int, int], Block] = dict(layout(lines_of(case)))
    starts = begins_of_lines(case.source)
    found: dict[tuple[int, int], Span] = {}
    rest: list[Value] = [case.report.doc.src]
    while rest:
        node = rest.pop()
        if isinstance(node, Map):
            block = blocks.get((node.mark.line, node.mark.column))
            for key, one in node.entries.items():
                if block and key in block.values and not (texts and isinstance(one, Map | Seq)):
                    (line, begin), (last, end) = block.values[key]
                    found[node.at[key].line, node.at[key].column] = starts[line] + begin, starts[last] + end
                rest.append(one)
        elif isinstance(node, Seq):
            block = blocks.get((node.mark.line, node.mark.column))
            for at, one in enumerate(node.items):
                if block and block.items and len(block.items) == len(node.items) and not isinstance(one, Map | Seq):
                    (line, begin), (last, end) = block.items[at]
                    found[node.at[at].line, node.at[at].column] = starts[line] + begin, starts[last] + end
                rest.append(one)
    return found


def _edited(text: str, edits: list[Edit]) -> str:
    for (begin, end), new in sorted(set(edits), reverse=True):
        text = text[:begin] + new + "\n" * text[begin:end].endswith("\n") + text[end:]
    return text


def _plain(value: object) -> object:
    """A value with one kind of brackets around years."""
    if value is BAD:
        return None
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return re.sub(r"[（(\[［【{｛〈《<＜〔﹝]([0-9０-９]{4})[）)\]］】}｝〉》>＞〕﹞]", r"〔\1〕", value) \
        if isinstance(value, str) else value
