"""Sentences and texts of a rule that stand unquoted where YAML takes one of their signs for itself: what it made of
them, and the same line as it should be. Of lines alone; what stands in them is for others to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from ..reading.intake import Map, Seq, Suspect, Value, read
from ..reading.schema import Schema, schema_file
from ..recording import dataclass, replace
from ..records import PackError, Unreadable
from ..text.messages import LANGUAGES, say
from ..text.regex import regex
from .full_width import OPENING, PAIRS, keys, narrowed
from .pack_files import LIMITS

_KEY = regex(r"(?:^|(?<=[\s{\[,]))([\w-]+):[ \t]+(?=\S)")
_ITEM = regex(r"^\s*-[ \t]+(?=\S)")
_NEXT = regex(r"\s*(?:,\s*[\w-]+:\s|,?\s*[}\]])")
# The first sign of a text -> what YAML takes it for, as the texts of the section `taken` have it.
_FIRST = {"[": "list", "{": "map", "*": "alias", "&": "anchor", "!": "tag", "%": "kept", "@": "kept", "`": "kept",
          "|": "block", ">": "block", '"': "quote", "'": "quote"}
_INNER = regex(r"\{\s*[\w-]+:\s")
# Of a sentence: a name in brackets before it, a sign before it that means nothing there, and what is to be not so.
_NAMED = regex(r"\[([\w.]+)\](?=.)")
_BEFORE = regex(r"[&*%@|?`-]+\s*(?=\w)")
_NOT = regex(r"!(?!=)\s*(?:([\w.]+)|(.+))")
_EXAMPLES = "examples", schema_file("rules.json")["definitions"]["rule"]["properties"]["examples"]["title"]
_WHOLE = "[", "{"
_MOST = 20          # lines of a file that are told at once


@dataclass(frozen=True, slots=True)
class UnquotedText:
    """What YAML took for itself in a line, at which column from 1, and the line as it should be."""

    key: str
    sign: str
    taken: str
    column: int
    fixed: str
    quoted: bool = False        # whether quotation marks are all that it lacks


_Cut = tuple[int, str, str, UnquotedText]       # where a text of a line begins, it, and what is to stand there


def unquoted_lines(data: bytes, file: str, shape: str | None, fault: Unreadable) -> list[PackError]:
    """Every such line of a file, as far as it can be read once they are mended; none where another fault is first."""
    lines, found = data.decode("utf-8", "replace").split("\n"), list[PackError]()
    here: Unreadable | None = fault
    while here is not None and len(found) < _MOST:
        one = next(_mended(lines, shape, here), None)
        if one is None:
            break
        number, text, here = one
        lines[number - 1] = text.fixed
        found.append(_error(file, number, text))
    return found


def misread_lines(tree: Map, data: bytes, file: str, shape: str) -> list[PackError]:
    """The same of lines that can be read and say something else than is meant: a cut text, a list in its place."""
    lines = data.decode("utf-8", "replace").split("\n")
    found = {line: text for line in _misread(tree, shape) if (text := next(_ways(lines, line, shape), None))}
    return [_error(file, line, text) for line, text in sorted(found.items())[:_MOST]]


def _misread(tree: Value, shape: str) -> Iterator[int]:
    """The lines on which a text was cut by ` #`, or stands in brackets, and those with brackets or colons of full width
    where YAML wants its own.
    """
    texts = _keys(plain=True)[0] if shape == "rules" else ()
    names, holders = keys(shape)
    if isinstance(tree, Seq):
        for one in tree.items:
            yield from _misread(one, shape)
    if not isinstance(tree, Map):
        return
    for key, one in tree.entries.items():
        cut = key in texts and (isinstance(one, Suspect) or (isinstance(one, Map | Seq) and one.flow))
        wide = isinstance(one, str) and one.startswith(OPENING) and key in holders
        if cut or wide or key.startswith(OPENING) or ("：" in key and key.partition("：")[0] in names):
            yield tree.at[key].line + 1
        elif key not in _EXAMPLES:
            yield from _misread(one, shape)


def _error(file: str, line: int, text: UnquotedText) -> PackError:
    facts = {"key": text.key, "sign": text.sign, "column": text.column, "fixed": text.fixed.strip()}
    if text.taken == "wide":
        return PackError(file, line, "lint.wide", **facts)
    taken = {language: say(f"taken.{text.taken}", language) for language in LANGUAGES}
    return PackError(file, line, "lint.unquoted", taken=taken, quoted=text.quoted, **facts)


def _mended(lines: Sequence[str], shape: str | None,
            fault: Unreadable) -> Iterator[tuple[int, UnquotedText, Unreadable | None]]:
    """The line of a fault, or the one before it, as it can be read, and what is wrong then further below."""
    for number in (fault.line, fault.line - 1):
        for way in _ways(lines, number, shape):
            after = _fault_in([*lines[:number - 1], way.fixed, *lines[number:]])
            if after is None or after.line > number:
                yield number, way, after


def _fault_in(lines: Sequence[str]) -> Unreadable | None:
    try:
        read("\n".join(lines).encode(), LIMITS, frozenset())
    except Unreadable as fault:
        return fault
    return None


def _ways(lines: Sequence[str], number: int, shape: str | None) -> Iterator[UnquotedText]:
    """A line with its signs in half width, with one or more of its texts in quotation marks, or both."""
    line = lines[number - 1].rstrip() if 0 < number <= len(lines) else ""
    narrow = narrowed(line, shape)
    if narrow != line:
        at = next(at for at, (one, other) in enumerate(zip(line, narrow, strict=False)) if one != other)
        named = list(_KEY.finditer(narrow, 0, at + 3))
        wide = UnquotedText(named[-1][1] if named else "", line[at], "wide", at + 1, narrow)
        yield wide
        yield from (replace(wide, fixed=one.fixed) for one in _quoted(narrow, _above(lines, number)))
    yield from _quoted(line, _above(lines, number))


def _quoted(line: str, above: str) -> Iterator[UnquotedText]:
    """A line with one of its texts in quotation marks, or with all of them, or with a map of texts in them.

    `above` is the key of the list in which the line is an item.
    """
    starts = [(found[1], found.end()) for found in _KEY.finditer(line)]
    if not starts and (item := _ITEM.match(line)):
        starts = [(above, item.end())]
    texts, named = _keys()
    found, whole = list[_Cut](), list[_Cut]()
    for at, (key, start) in enumerate(starts):
        around = [one for one, _ in starts[:at]] or [above]
        if key not in texts and around[-1] not in named:
            continue
        text, inside = _text_from(line, start)
        place, taken = _taken(text, inside)
        if taken:
            said = as_sentence(text) if key in _sentences() else text
            put = _in_quotes(said) if _taken(said, inside)[1] else said
            (whole if _INNER.match(text) else found).append((
                start, text, put, UnquotedText(key, text[place], taken, start + place + 1, "", said == text)))
    for cuts in (*([one] for one in found), found, *([one] for one in whole)):
        fixed = line
        for start, text, put, _ in reversed(cuts):
            fixed = fixed[:start] + put + fixed[start + len(text):]
        if cuts:
            yield replace(cuts[0][3], fixed=fixed)


def as_sentence(text: str) -> str:
    """A sentence without the signs of YAML around it that are none of the language; of several in brackets all must
    be true.
    """
    if (before := _BEFORE.match(text)) is not None:
        return text[before.end():].replace("`", "") if text[0] == "`" else text[before.end():]
    if (none := _NOT.fullmatch(text)) is not None:
        return " ".join((none[1], "is", "not", "given") if none[1] else ("not", none[2]))
    if (name := _NAMED.match(text)) is not None:
        return name[1] + text[name.end():]
    if text[:1] not in _WHOLE or not all(_open(text[:at]) for at in range(1, len(text))):
        return text
    return _all_true([one.replace(": ", " == ") for one in _parts(text[1:].removesuffix(PAIRS[text[0]]))])


def of_several(key: str, value: Value) -> str | None:
    """What is to stand behind a key of a sentence in place of a list of some that must all be true; None of others."""
    listed = [one for one in value.items if isinstance(one, str)] if isinstance(value, Seq) else []
    if key not in _sentences() or not listed:
        return None
    text = _all_true(listed)
    return _in_quotes(text) if _taken(text, False)[1] else text


def _all_true(texts: Sequence[str]) -> str:
    """Some sentences as one."""
    parts = [as_sentence(one) for one in texts]
    return " and ".join(f"({one})" if " or " in one and len(parts) > 1 else one for one in parts)


def _parts(text: str) -> list[str]:
    """What stands between commas that are in no brackets, without the quotation marks around it."""
    cuts = [-1, *(at for at, char in enumerate(text) if char in ",，;；" and not _open(text[:at])), len(text)]
    listed = [text[start + 1:end].strip() for start, end in pairwise(cuts)]
    return [one[1:-1] if _is_quoted(one) else one for one in listed if one]


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
        elif char in PAIRS:
            closing.append(PAIRS[char])
        elif closing and char == closing[-1]:
            closing.pop()
    return closing


def _taken(text: str, inside: bool) -> tuple[int, str]:
    """Where in a text the sign stands that YAML takes for itself, and for what."""
    if _is_quoted(text):
        return 0, ""
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


def _is_quoted(text: str) -> bool:
    """Whether a text stands in quotation marks."""
    return len(text) > 1 and text[0] in "'\"" and text[-1] == text[0] and text[0] not in text[1:-1]


def _in_quotes(text: str) -> str:
    return f'"{text}"' if not set(text) & {'"', "\\"} else "'" + text.replace("'", "''") + "'"


@cache
def _sentences() -> frozenset[str]:
    """The keys behind which a sentence stands that is true or not, in both languages."""
    found = schema_file("rules.json")["definitions"]["rule"]["properties"]
    return frozenset(word for key, one in found.items() if "x-sentence" in one for word in (key, one["title"]))


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
            if "bilingual" in one.get("$ref", ""):
                maps.update((key, one["title"]))
            kept = texts if text and "oneOf" not in one and "x-words" not in one else others
            kept.update((key, one.get("title", key)))
            if one.get("additionalProperties") == {"type": "string"}:
                maps.update((key, one.get("title", key)))
            if not plain:
                gather(one)

    gather(whole["rule"])
    gather(whole["check"])
    if not plain:
        gather(whole["clause"])
        place = schema_file("fields.json")["properties"]["add"]["items"]["properties"]["field"]
        bilingual = (word for key, one in whole["bilingual"]["properties"].items() for word in (key, one["title"]))
        return frozenset(texts - others) | {"field", place["title"], *bilingual}, frozenset(maps)
    return frozenset(texts - others), frozenset(maps)
