"""Says which slip of the keyboard lies behind a file that YAML refuses, and on which line it was made.

Pure functions on the text and libyaml's marks; loaded only for files that cannot be read. Every answer is a
guess about the cause of a certain fault, so the fault stands even where no slip is recognised (hint None).
"""

from __future__ import annotations

import re
from typing import Any

from yaml import YAMLError
from yaml._yaml import CParser

from ..records import Unreadable
from ..text.regex import regex
from .intake import BREAK, WIDE_DASHES, WIDE_SPACES, Event, Pin, Seq, Value, duplicate

WIDE_INDENT = regex(f"[ \t]*(?:-[ \t]+)*([{WIDE_SPACES}])")
TAB_INDENT = regex(r" *(?:- +)*(\t)")
WIDE_DASH = regex(f"[ \t]*([{WIDE_DASHES}])")
# A name is some letters, or a few characters of Chinese: `：` later in a line belongs to the text.
COLONS = "：∶﹕︰"        # what stands for a colon and is none
WIDE_COLON = regex(
    rf"[ \t]*(?:-[ \t]+)*[\"']?(?:[\w.-]{{1,40}}|[^\s:{COLONS}，。；、\"'#]{{1,12}})[\"']?[ \t]*([{COLONS}])", re.ASCII
)
TIGHT_COLON = regex(r"[ \t]*(?:-[ \t]+)*[\"']?[^\s:：，。；、\"'#{}\[\]]{1,40}[\"']?(:)(?=[^\s:/])")
TIGHT_DASH = regex(r"[ \t]*(-)[^\s\-:：]{1,40}[:：]")
PAIR = regex(r"[ \t]*(?:-[ \t]+)*[^\s#][^#]*?:(?:[ \t]|$)")
WITH_CONTENT = regex(r"[ \t]*(?:-[ \t]+)*[^\s#][^#]*?:[ \t]+[^\s#]")
CUT = regex(r"[^\s#].*?[ \t](#)")
QUOTED = regex(r"[ \t]*(?:-[ \t]+)*(?:[^\s\"'#][^\"'#]*?:[ \t]+)?([\"'])")
OPENED = regex(r"[ ]*(?:-[ ]+)?[^\s:\"'#{}\[\]]{1,40}:[ ]+([\[{])")
BRACKETED = regex(r"[ \t]*(?:-[ \t]+)*(?:[^\s\"'#\[{][^\"'#\[{]*?:[ \t]+)?([\[{])")
CONFLICT = regex(r"<{7}(?: |$)")
CONFLICT_END = regex(r">{7}(?: |$)")
# Patterns look at this much of a line, which keeps them linear; slips are made near its begin.
REACH = 400
SIGNS = "*&!%@`|>?-[]{},\"'#"
# What people put before an item in place of `- `, and what may follow the `|` of a text on several lines.
NUMBER_MARK = r"\d{1,2}[、.．)）]|[(（]\d{1,2}[)）]|[一二三四五六七八九十]{1,2}、|[①-⑳]"
BLOCK = regex(r"[|>](?:[+-]?[1-9]?|[1-9][+-])(?:[ \t]+#.*|[ \t]*)$")
FLOW_ITEM = regex(r"[ \t]*(-)[\[{]")
MOST = 20           # slips of one file that are told one by one
POINTER = "version https://git-lfs.github.com/"
INK = regex(r"\S[^\r\n]*")  # a line from its first character that is no blank
NOTHING = regex(r"\s*(?:#.*)?|(?:---|\.\.\.)(?:\s+#.*|\s*)|%YAML .*|%TAG .*")


def is_empty(text: str) -> bool:
    """Nothing but blanks, comments and document marks."""
    return all(NOTHING.fullmatch(found[0]) and (found[0][0] == "#" or starts_line(text, found.start()))
               for found in INK.finditer(text))


def starts_line(text: str, index: int) -> bool:
    return index == 0 or text[index - 1] in "\r\n"


def fault(line: int, column: int, hint: str | None, mark: str | None = None, **facts: Any) -> Unreadable:
    """Broken YAML at a 0-based place. A `mark` is one punctuation character of a closed set."""
    if mark is not None:
        facts["mark"] = mark
    return Unreadable("broken-yaml", line + 1, column + 1, hint, facts)


def quotable(found: Unreadable, line: str) -> Unreadable:
    """The fault of a text that is to be put into quotation marks, and whether it holds what can't stand in them."""
    if found.hint in ("sign", "second-colon", "bracket") and ('"' in line or "\\" in line):
        found.facts["inner"] = True
    return found


def unknown_alias(mark: Pin) -> Unreadable:
    """`*` before text: since every anchor is refused, no alias can name one."""
    return fault(mark.line, mark.column, "sign", "*")


def odd_key(value: str, mark: Pin, fields: frozenset[str]) -> Unreadable | None:
    """A key that libyaml accepts and that begins with a wide space or dash, or a dash without its space."""
    if WIDE_INDENT.match(value):
        return fault(mark.line, mark.column, "wide-indent", character=f"U+{ord(value[0]):04X}")
    if WIDE_DASH.match(value):
        return fault(mark.line, mark.column, "wide-dash", value[0])
    if value[0] == "-" and value[1:] in fields:
        return fault(mark.line, mark.column, "tight-dash", "-")
    return None


def duplicates(source: bytes) -> list[Unreadable]:
    """All keys but the first that a map holds more than once, as far as the text can be read; of many, their number."""
    found: list[Unreadable] = []
    stack: list[tuple[dict[str, Pin] | None, bool]] = []    # marks of the keys of each map; whether one is next
    try:
        event: Any
        for event in iter(CParser(source).get_event, None):
            kind = type(event).__name__
            if kind.endswith("EndEvent"):
                if stack:
                    stack.pop()
                continue
            keys, is_key = stack[-1] if stack else (None, False)
            if keys is not None:
                stack[-1] = keys, not is_key
            if keys is not None and is_key and kind == "ScalarEvent":
                if event.value in keys:
                    found.append(duplicate(event.value, keys, event.start_mark))
                else:
                    keys[event.value] = event.start_mark
            if kind in ("MappingStartEvent", "SequenceStartEvent"):
                stack.append(({}, True) if kind[0] == "M" else (None, False))
    except YAMLError:
        pass        # what follows can't be read; the file is refused anyway
    rest = found[MOST:]
    return found[1:MOST] + ([Unreadable("duplicate-key", rest[0].line, rest[0].column, "more", {"count": len(rest)})]
                            if rest else [])


def slip_in(lines: list[str], number: int) -> Unreadable | None:
    """The slip that shows in one line by itself."""
    line = lines[number][:REACH]
    for hint, pattern in (("wide-indent", WIDE_INDENT), ("tab", TAB_INDENT), ("wide-dash", WIDE_DASH),
                          ("wide-colon", WIDE_COLON), ("tight-dash", TIGHT_DASH),
                          ("tight-colon", TIGHT_COLON)):  # fmt: skip
        found = pattern.match(line)
        if found is None:
            continue
        if hint in ("wide-colon", "tight-colon") and is_pair(line[: found.start(1)] + " "):
            continue
        if hint == "wide-indent":
            return fault(number, found.start(1), hint, character=f"U+{ord(found[1]):04X}")
        return fault(number, found.start(1), hint, found[1] if found[1] != "\t" else None)
    return None


def is_pair(line: str) -> bool:
    """Whether the line holds a field name, a colon and what follows."""
    return PAIR.match(line[:REACH]) is not None


def before(lines: list[str], number: int) -> int | None:
    """The nearest line above that holds more than blanks and comments."""
    for other in range(min(number, len(lines)) - 1, -1, -1):
        stripped = lines[other].strip()
        if stripped and not stripped.startswith("#"):
            return other
    return None


def broken(text: str, error: Exception, last: Event | None) -> Unreadable:
    """The finding for an error of libyaml. `last` is the last event that was read."""
    lines = BREAK.split(text)
    problem = str(getattr(error, "problem", None) or "")
    context = str(getattr(error, "context", None) or "")
    spot = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    origin = getattr(error, "context_mark", None) or spot
    if spot is None or origin is None:
        mark = last.end_mark if last is not None else None
        return fault(mark.line, mark.column, None) if mark is not None else fault(0, 0, None)
    marker = conflict(lines)
    if marker is not None:
        return fault(marker, 0, "conflict")
    for judge in (in_quotes, at_sign, in_brackets, at_line):
        found = judge(text, lines, context, problem, origin, spot, last)
        if found is not None:
            return quotable(found, lines[min(found.line, len(lines)) - 1])
    line = min(spot.line, len(lines) - 1)
    if not lines[line].strip():
        line = before(lines, line) or 0
        return fault(line, indent(lines[line]), None)
    return fault(line, spot.column if line == spot.line else 0, None)


def conflict(lines: list[str]) -> int | None:
    """The line where a version-control conflict begins."""
    if not any(CONFLICT_END.match(line) for line in lines):
        return None
    return next((number for number, line in enumerate(lines) if CONFLICT.match(line)), None)


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def in_quotes(
    text: str, lines: list[str], context: str, problem: str, origin: Pin, spot: Pin, last: Event | None
) -> Unreadable | None:
    """Escapes, quotes that never close, and text after a closing quote."""
    if "quoted scalar" in context:
        if "escape" in problem or "hexdecimal" in problem:
            index = text.rfind("\\", 0, spot.index + 1)
            line, column = spot.line, spot.column - (spot.index - index)
            digits = re.match(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))", text[index : index + 10])
            number = int(digits[1] or digits[2], 16) if digits else 0
            if 0xD800 <= number <= 0xDFFF:
                facts = {"character": f"U+{number:04X}"}
                return Unreadable("forbidden-character", line + 1, column + 1, "surrogate", facts)
            return fault(line, column, "escape", "\\")
        quote = text[origin.index : origin.index + 1]
        return fault(origin.line, origin.column, "unclosed-quote", quote) if quote in ("'", '"') else None
    quoted = quoted_before(text, spot)
    if quoted is None and last is not None and (style := getattr(last, "style", None)) in ("'", '"'):
        end = last.end_mark
        if end.line == spot.line and end.index <= spot.index:
            quoted = last.start_mark.line, last.start_mark.column, style
    if quoted is None or not re.search("expected|not allowed", problem):
        return None
    line, column, quote = quoted
    if line == spot.line and text[spot.index:spot.index + 1] == ":" and spot.column - column > 1024:
        return fault(line, column, "long-key")
    return fault(line, column, "unclosed-quote" if line < spot.line else "after-quote", quote)


def quoted_before(text: str, spot: Pin) -> tuple[int, int, str] | None:
    """Where the quoted text that ends right before `spot` began, if its line shows it."""
    start = spot.index - spot.column
    found = QUOTED.match(text[start : min(spot.index, start + REACH)])
    if found is None:
        return None
    quote = found[1]
    rest = text[start + found.end() : spot.index].rstrip()
    return (spot.line, found.start(1), quote) if rest.endswith(quote) else None


def at_sign(
    text: str, lines: list[str], context: str, problem: str, origin: Pin, spot: Pin, last: Event | None
) -> Unreadable | None:
    """A sign that YAML reads as its own at the begin of a text."""
    sign = text[spot.index : spot.index + 1]
    if "directive" in context or "YAML document" in problem or "version" in problem or "directive" in problem:
        if re.match(r"%(?:YAML|TAG)\b", lines[origin.line]):
            return fault(origin.line, 0, "directive", "%")
        return fault(origin.line, origin.column, "sign", "%")
    if "cannot start any token" in problem or "tab character" in problem:
        if sign == "\t":
            return fault(spot.line, spot.column, "tab")
        if sign in SIGNS:
            return fault(spot.line, spot.column, "sign", sign)
        return None
    if "anchor" in context or "alias" in context or "tag" in context or "tag" in problem:
        sign = text[origin.index : origin.index + 1]
        if "node" in context:  # an undefined tag handle: the mark stands at the tag
            origin, sign = spot, "!"
        return fault(origin.line, origin.column, "sign", sign) if sign in ("*", "&", "!") else None
    if "block scalar" in context:
        sign = text[origin.index : origin.index + 1]
        return fault(origin.line, origin.column, "sign", sign) if sign in ("|", ">") else None
    if "block sequence entries" in problem:
        return fault(spot.line, spot.column, "sign", "-")
    if "mapping keys are not allowed" in problem:
        return fault(spot.line, spot.column, "sign", "?")
    return None


def in_brackets(
    text: str, lines: list[str], context: str, problem: str, origin: Pin, spot: Pin, last: Event | None
) -> Unreadable | None:
    """`[` or `{` that never closes, or text after the closing one."""
    if "flow" in context:
        bracket = text[origin.index : origin.index + 1]
        if "node" in context and last is not None:  # nothing follows the bracket
            origin = last.start_mark
            bracket = text[origin.index : origin.index + 1]
        return fault(origin.line, origin.column, "bracket", bracket) if bracket in ("[", "{") else None
    if "expected" not in problem or "simple key" in context:
        return None
    head = lines[spot.line][: spot.column] if spot.line < len(lines) else ""
    closed = head.rstrip().endswith(("]", "}"))
    found = BRACKETED.match(head[:REACH])
    if found is not None and closed:
        return fault(spot.line, found.start(1), "bracket", found[1])
    closing = text[spot.index : spot.index + 1]
    if closing in ("]", "}", ","):
        return fault(spot.line, spot.column, "sign", closing)
    return None


def at_line(
    text: str, lines: list[str], context: str, problem: str, origin: Pin, spot: Pin, last: Event | None
) -> Unreadable | None:
    """Everything that shows in the lines around the place."""
    here = min(spot.line, len(lines) - 1)
    if "simple key" in context:
        return at_keyless(lines, origin)
    if "mapping values are not allowed" in problem:
        item = FLOW_ITEM.match(lines[here])
        if item is not None:
            return fault(here, item.start(1), "tight-dash", "-")
        if is_pair(lines[here][: spot.column]):
            return fault(here, spot.column, "second-colon", ":")
        if spot.column - indent(lines[here]) > 1024:
            return fault(here, indent(lines[here]), "long-key")
        return above(lines, here, slip_in(lines, here)) or misplaced(lines, here, indent(lines[here]))
    if "expected" in problem:
        if not lines[here].strip():
            return None
        up = before(lines, here)
        if "<document start>" in problem and up is not None and re.match(r"\.\.\.(?:\s|$)", lines[up]):
            return fault(up, 0, "after-end")
        return above(lines, here, slip_in(lines, here)) or misplaced(lines, here, spot.column)
    return slip_in(lines, here)


def misplaced(lines: list[str], here: int, column: int) -> Unreadable:
    """A line whose indentation fits nothing; `above` is the line of a field with content that it stands under, or 0."""
    up = before(lines, here)
    if up is not None and indent(lines[up]) == indent(lines[here]) and not is_pair(lines[up]) \
            and not re.match(r"[ ]*-(?:[ ]|$)", lines[up]):
        return fault(up, indent(lines[up]), "no-colon")
    found = fault(here, column, "mixed")
    if not mixed(lines, here):
        under = up is not None and WITH_CONTENT.match(lines[up][:REACH]) and indent(lines[here]) > indent(lines[up])
        found = fault(here, column, "indentation", above=up + 1 if up is not None and under else 0)
    opened = OPENED.match(lines[here][:REACH])
    if opened is not None and not any("]}"["[{".index(opened[1])] in line for line in lines[here:]):
        found.also.append(fault(here, opened.start(1), "bracket", opened[1]))      # which stands in the way next
    return found


def mixed(lines: list[str], here: int) -> bool:
    """Whether a field stands among items of a list, or an item among fields."""
    up = before(lines, here)
    while up is not None and indent(lines[up]) > indent(lines[here]):
        up = before(lines, up)
    if up is None or indent(lines[up]) < indent(lines[here]):
        return False
    dashed, others = (re.match(r"[ ]*-[ ]", lines[at]) is not None for at in (here, up))
    return dashed != others and (dashed or is_pair(lines[here]))


def cut_in(lines: list[str], number: int) -> Unreadable | None:
    """The ` #` that cuts a value which the next line was meant to carry on."""
    cut = CUT.match(lines[number])
    return fault(number, cut.start(1), "cut", "#") if cut is not None and is_pair(lines[number]) else None


def at_keyless(lines: list[str], origin: Pin) -> Unreadable:
    """A line without the colon that it needs."""
    found = slip_in(lines, origin.line)
    if found is not None:
        return found
    if len(lines[origin.line]) - origin.column > 1024:
        return fault(origin.line, origin.column, "long-key")
    up = before(lines, origin.line)
    found = cut_in(lines, up) if up is not None else None
    return found or fault(origin.line, origin.column, "no-colon")


def above(lines: list[str], here: int, found: Unreadable | None) -> Unreadable | None:
    """The slip of this line, else of the lines above that were read as one text with it."""
    up: int | None = here
    for _ in range(4):
        if found is not None:
            return found
        up = before(lines, up) if up else None
        if up is None:
            return None
        found = slip_in(lines, up)
        if found is None and is_pair(lines[up]):
            return None if is_pair(lines[here]) else cut_in(lines, up)
    return found


def no_form(text: str, top: Value) -> Unreadable:
    """The top level is no map: what stands there instead, or the first line that was meant as a field."""
    if text.startswith(POINTER):
        return Unreadable("not-a-form", 1, 1, "pointer")
    lines = BREAK.split(text)
    if isinstance(top, Seq):
        return Unreadable("not-a-form", top.mark.line + 1, top.mark.column + 1, "list")
    for number, line in enumerate(lines):
        for hint, pattern in (("wide-colon", WIDE_COLON), ("tight-colon", TIGHT_COLON)):
            found = pattern.match(line[:REACH])
            if found is not None:
                return Unreadable("not-a-form", number + 1, found.start(1) + 1, hint, {"mark": found[1]})
    first = next((n for n, line in enumerate(lines) if NOTHING.fullmatch(line) is None), 0)
    words = isinstance(top, str) and len(top) > 1 and not re.fullmatch(r"[\d.+-]+", top)
    return Unreadable(
        "not-a-form", first + 1, indent(lines[first]) + 1, "text" if words else "one-value"
    )


# --- bytes that are no text of ours ---------------------------------------------------------------

MAGIC = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"),
    (b"%PDF-", "pdf"), (b"{\\rtf", "word"), (b"\x1f\x8b", "archive"), (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"), (b"\x89PNG\r\n\x1a\n", "image"), (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"), (b"GIF89a", "image"),
)  # fmt: skip
OFFICE = ((b"word/", "word"), (b"xl/", "excel"), (b"opendocument.spreadsheet", "ods"))


def other_kind(data: bytes, valid: bool) -> Unreadable | None:
    """What a file seems to be that is no UTF-8 text; None if it is one after all (`valid`: it decodes)."""
    for begin, hint in MAGIC:
        if data.startswith(begin):
            if hint == "zip":
                hint = next((kind for inside, kind in OFFICE if inside in data), "zip")
            return Unreadable("wrong-encoding", 1, 1, hint)
    encoding = wide(data)
    if encoding is not None:
        return Unreadable("wrong-encoding", 1, 1, encoding)
    if valid:
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        start, cut = error.start, error.end >= len(data) and "unexpected end" in error.reason
    line, column = reached(data[:start])
    if cut:
        return Unreadable("wrong-encoding", line, column, "cut-off")
    return Unreadable("wrong-encoding", line, column, "gb18030" if seems_chinese(data) else "not-utf-8")


def reached(data: bytes) -> tuple[int, int]:
    """Line and column, from 1, of the first bad byte after these good ones."""
    lines = BREAK.split(data.decode("utf-8", "replace").removeprefix("\ufeff"))
    return len(lines), len(lines[-1]) + 1


def wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32, with a BOM or by the NUL bytes of its plain characters."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:4000]
    head = head[: len(head) // 4 * 4]
    zeros = [head[k::4].count(0) for k in range(4)]
    quarter = len(head) // 4
    if quarter < 2:
        return None
    if max(zeros) == quarter and sorted(zeros)[1] > quarter // 2 and min(zeros) * 4 < quarter:
        return "utf-32"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if max(even, odd) >= max(3, quarter // 4, 6 * min(even, odd)):
        return "utf-16"
    return None


def seems_chinese(data: bytes) -> bool:
    """Whether the file is rather an old Chinese encoding than UTF-8 with a few damaged bytes."""
    text = data.decode("utf-8", "replace")
    good = sum(1 for character in text if character > "\x7f" and character != "\ufffd")
    if good > text.count("\ufffd"):
        return False
    decoded = data.decode("gb18030", "replace")
    return decoded.count("\ufffd") * 20 <= sum(1 for character in decoded if character > "\x7f")
