"""Sentences and texts of a rule that stand unquoted where YAML takes one of their signs for itself: what it made of
them, and the same line quoted. Of lines alone; what stands in them is for others to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from ..reading.intake import Map, Seq, Suspect, Value, read
from ..reading.schema import Schema, schema_file
from ..recording import dataclass
from ..records import PackError, Unreadable
from ..text.messages import LANGUAGES, say
from ..text.regex import regex
from .pack_files import LIMITS

_KEY = regex(r"(?:^|(?<=[\s{\[,]))([\w-]+):[ \t]+(?=\S)")
_ITEM = regex(r"^\s*-[ \t]+(?=\S)")
_WIDE = regex(r"[，；]\s*([\w-]+)(?=:\s)")     # before what may be another key between braces
_NEXT = regex(r"\s*(?:,\s*[\w-]+:\s|,?\s*[}\]])")
# The first sign of a text -> what YAML takes it for, as the texts of the section `taken` have it.
_FIRST = {"[": "list", "{": "map", "*": "alias", "&": "anchor", "!": "tag", "%": "kept", "@": "kept", "`": "kept",
          "|": "block", ">": "block", '"': "quote", "'": "quote"}
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_EXAMPLES = "examples", schema_file("rules.json")["definitions"]["rule"]["properties"]["examples"]["title"]
_MOST = 20          # lines of a file that are told at once


@dataclass(frozen=True, slots=True)
class UnquotedText:
    """What YAML took for itself in a line, at which column from 1, and the line as it should be."""

    key: str
    sign: str
    taken: str
    column: int
    fixed: str


def unquoted_lines(data: bytes, file: str, fault: Unreadable) -> list[PackError]:
    """Every such line of a file, as far as it can be read once they are quoted; none where another fault is first."""
    lines, found = data.decode("utf-8", "replace").split("\n"), list[PackError]()
    here: Unreadable | None = fault
    while here is not None and len(found) < _MOST:
        one = next(_quoted(lines, here), None)
        if one is None:
            break
        number, text, here = one
        lines[number - 1] = text.fixed
        found.append(_error(file, number, text))
    return found


def misread_lines(tree: Map, data: bytes, file: str) -> list[PackError]:
    """The same of lines that can be read and say something else than is meant: a cut text, a list in its place."""
    lines = data.decode("utf-8", "replace").split("\n")
    found = {line: text for line in _misread(tree) if (text := next(_ways(lines, line), None))}
    return [_error(file, line, text) for line, text in sorted(found.items())[:_MOST]]


def _misread(tree: Value) -> Iterator[int]:
    """The lines on which a text was cut by ` #`, or stands in brackets."""
    if isinstance(tree, Seq):
        for one in tree.items:
            yield from _misread(one)
    elif isinstance(tree, Map):
        for key, one in tree.entries.items():
            if key in _keys(plain=True)[0] and (isinstance(one, Suspect) or (isinstance(one, Map | Seq) and one.flow)):
                yield tree.at[key].line + 1
            elif key not in _EXAMPLES:
                yield from _misread(one)


def _error(file: str, line: int, text: UnquotedText) -> PackError:
    if text.taken == "wide":
        return PackError(file, line, "lint.wide", key=text.key, sign=text.sign, column=text.column,
                         fixed=text.fixed.strip())
    taken = {language: say(f"taken.{text.taken}", language) for language in LANGUAGES}
    return PackError(file, line, "lint.unquoted", key=text.key, sign=text.sign, taken=taken, column=text.column,
                     fixed=text.fixed.strip())


def _quoted(lines: Sequence[str], fault: Unreadable) -> Iterator[tuple[int, UnquotedText, Unreadable | None]]:
    """The line of a fault, or the one before it, as it can be read, and what is wrong then further below."""
    for number in (fault.line, fault.line - 1):
        for way in _ways(lines, number):
            after = _fault_in([*lines[:number - 1], way.fixed, *lines[number:]])
            if after is None or after.line > number:
                yield number, way, after


def _fault_in(lines: Sequence[str]) -> Unreadable | None:
    try:
        read("\n".join(lines).encode(), LIMITS, frozenset())
    except Unreadable as fault:
        return fault
    return None


def _ways(lines: Sequence[str], number: int) -> Iterator[UnquotedText]:
    """A line with a comma that parts two keys between braces, or with one of its texts in quotation marks."""
    line = lines[number - 1].rstrip() if 0 < number <= len(lines) else ""
    starts = [(found[1], found.end()) for found in _KEY.finditer(line)]
    above = _above(lines, number)
    if not starts and (item := _ITEM.match(line)):
        starts = [(above, item.end())]
    for key, start in starts:
        text, inside = _text_from(line, start)
        wide = [one for one in _WIDE.finditer(text) if one[1] in _names()] if inside else []
        if wide:        # any other word before a colon is one of the text
            fixed = _WIDE.sub(lambda one: f", {one[1]}" if one[1] in _names() else one[0], text)
            yield UnquotedText(key, text[wide[0].start()], "wide", start + wide[0].start() + 1,
                               line[:start] + fixed + line[start + len(text):])
    texts, named = _keys()
    for at, (key, start) in enumerate(starts):
        around = [one for one, _ in starts[:at]] or [above]
        if key not in texts and around[-1] not in named:
            continue
        text, inside = _text_from(line, start)
        place, taken = _taken(text, inside)
        if taken:
            yield UnquotedText(key, text[place], taken, start + place + 1,
                               line[:start] + _in_quotes(text) + line[start + len(text):])


def _above(lines: Sequence[str], number: int) -> str:
    """The key of the list in which a line is an item."""
    depth = len(lines[number - 1]) - len(lines[number - 1].lstrip())
    for line in reversed(lines[:number - 1]):
        bare = line.strip()
        if bare.endswith(":") and not bare.startswith("#") and len(line) - len(line.lstrip()) <= depth:
            return bare[:-1].removeprefix("- ")
    return ""


def _text_from(line: str, start: int) -> tuple[str, bool]:
    """The text that begins there, and whether in braces: then up to the next key or the closing brace."""
    inside = bool(_open(line[:start]))
    for at in range(start + 1, len(line)):
        if (_NEXT.match(line, at) if inside else line.startswith(" #", at)) and not _open(line[start:at]):
            return line[start:at].rstrip(), inside
    return line[start:], inside


def _open(text: str) -> list[str]:
    """The brackets and quotation marks that are open at the end of a text."""
    closing: list[str] = []
    for char in text:
        if closing and closing[-1] in "'\"":
            if char == closing[-1]:
                closing.pop()
        elif char in "'\"":
            closing.append(char)
        elif char in _PAIRS:
            closing.append(_PAIRS[char])
        elif closing and char == closing[-1]:
            closing.pop()
    return closing


def _taken(text: str, inside: bool) -> tuple[int, str]:
    """Where in a text the sign stands that YAML takes for itself, and for what."""
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0] and text[0] not in text[1:-1]:
        return 0, ""            # in quotation marks already
    if text[:1] in _FIRST:
        return 0, _FIRST[text[0]]
    if text[:2] in ("- ", "? "):
        return 0, "item"
    places = [(at, taken) for mark, taken in ((": ", "colon"), (" #", "remark")) if (at := text.find(mark)) >= 0]
    if text.endswith(":"):
        places.append((len(text) - 1, "colon"))
    if inside:
        places += [(at, "brace") for at, char in enumerate(text) if char in ",[]{}"][:1]
    at, taken = min(places, default=(0, ""))
    return at + (taken == "remark"), taken


def _in_quotes(text: str) -> str:
    return f'"{text}"' if not set(text) & {'"', "\\"} else "'" + text.replace("'", "''") + "'"


@cache
def _names() -> frozenset[str]:
    """Every key of a file of rules, in both languages."""
    found, rest = set[str](), [schema_file("rules.json")]
    while rest:
        one = rest.pop()
        found.update(word for key, part in one.get("properties", {}).items() for word in (key, part.get("title", key)))
        inner = [*one.values(), *(item for part in one.values() if isinstance(part, list) for item in part)]
        rest += [part for part in inner if isinstance(part, dict)]
    return frozenset(found)


@cache
def _keys(plain: bool = False) -> tuple[frozenset[str], frozenset[str]]:
    """The keys of a rule behind which a sentence, a path or a text stands (`plain`: that alone; else also that of a
    field's place in `fields.yaml`), and those of maps that hold such under names of their own. In both languages.
    """
    texts, others, maps = set[str](), set[str](), set[str]()      # a key may be of one check this and of another that
    whole = schema_file("rules.json")["definitions"]

    def gather(schema: Schema) -> None:
        for key, one in schema.get("properties", {}).items():
            text = one.get("type") == "string" or (not plain and (
                one.get("type") == ["array", "string"] or "bilingual" in one.get("$ref", "")))
            kept = texts if text and "oneOf" not in one and "x-words" not in one else others
            kept.update((key, one.get("title", key)))
            if one.get("additionalProperties") == {"type": "string"}:
                maps.update((key, one.get("title", key)))
            if not plain:
                gather(one)

    gather(whole["rule"])
    gather(whole["check"])
    if not plain:
        place = schema_file("fields.json")["properties"]["add"]["items"]["properties"]["field"]
        return frozenset(texts - others) | {"field", place["title"]}, frozenset(maps)
    return frozenset(texts - others), frozenset(maps)
