"""Markdown, made from the template beside: first what people look at, then what they read."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from .... import __version__
from ...batch.outcome import Result
from ...records import LEVELS, Finding
from ...text.lines import tame
from ...text.messages import say, shown_date
from ...text.regex import regex
from ...text.wording import one_line
from . import filing
from .accounts import accounts, state
from .overview import NOT_FILED, STANDINGS, phase_bars, theme_map
from .setting import Setting
from .terminal import hidden, summary, trail

if TYPE_CHECKING:       # loaded for a page alone
    from jinja2 import Environment, Template

_FOLDER = Path(__file__).parent / "templates"
MOST = 5_000        # findings that a page lists in full; a browser gets slow beyond, and nobody reads them there

# What Markdown would take for markup, and what GitHub would make a link, a mention or a formula of.
_MARKS = regex(r"([\\`*_\[\]<>|~$!])")
_START = regex(r"^(\d+(?=[.)])|(?=[-+=]))")      # of a line: a list, a heading's underline
_LINKS = regex(r"[&#@]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)


def as_markdown(result: Result, setting: Setting, most: int = MOST) -> Iterator[str]:
    """GitHub's Markdown; nothing of a value is markup. Lists at most so many findings, and says how many more."""
    language, pack = setting.language, setting.compiled.pack
    found = accounts(result)
    shown, left = [], most
    counts = [sum(count for level, count in one.levels.items() if level in setting.levels) for one in found]
    for at, one in enumerate(found):
        hits = list(islice(setting.shown(one.gating), left)) if left and counts[at] else []
        left -= len(hits)
        if hits:
            shown.append((at, one, hits))
    bars = phase_bars(found, pack, result)
    aside = filing.ignored(result, language)
    skipped = list(skipped_rows(result, language))
    return _template().generate(
        filing=filing.sheet(result, language), filing_notes=list(filing.notes(result, language)),
        ignored=aside[:most], ignored_more=max(0, len(aside) - most),
        nothing=filing.nothing(result),
        result=result, total=result.summary, pack=pack, language=language, levels=LEVELS, standings=STANDINGS,
        standing=lambda state: filing.label(state, language) if state in NOT_FILED else say(
            f"page.standing_{state}", language),
        say=lambda key, **facts: say(key, language, **facts), as_of=shown_date(result.as_of, language),
        version=__version__, bars=bars, widest=max(1, *(bar.total() for bar in bars.values())),
        rows=theme_map(found, language, result.roster), accounts=shown, themes=[*pack.themes, None],
        more=sum(counts) - most + left,
        apart=list(apart_tables(setting.shown(result.findings), most)),
        summary=[*summary(result, language), *hidden(result, setting)], state=state,
        skipped=skipped[:most], skipped_more=max(0, len(skipped) - most),
        unit=lambda account: filing.unit_name(account.unit, result.roster),
        trail=lambda one: trail(one, language))


def skipped_rows(result: Result, language: str) -> Iterator[tuple[str, str, str]]:
    """Of each file with something that was not assessed: subject, file, and the rules with the reasons; all rules over
    the batch first.
    """
    for file, some in groupby(result.not_assessed, key=lambda one: one.file):
        reasons: dict[str, set[str]] = defaultdict(set)
        ident = ""
        for one in some:
            reasons[one.reason].add(one.rule)
            ident = ident or (one.subject and one.subject.id) or ""
        rules = [say("page.skipped_rules", language, rules=sorted(rules), reason=say(f"output.reason_{why}", language))
                 for why, rules in reasons.items()]
        yield ident, file or say("output.batch", language), say("page.skipped_join", language).join(rules)


def apart_tables(findings: Iterable[Finding], most: int) -> Iterator[tuple[str, list[Finding], int]]:
    """What does not count, under its heading: what remains once a file is mended, and the rest; and how many more."""
    rows: dict[str, list[Finding]] = {"provisional": [], "apart": []}
    counts: Counter[str] = Counter()
    for one in findings:
        if not one.gates:
            heading = "provisional" if one.remains else "apart"
            counts[heading] += 1
            if counts[heading] <= most:
                rows[heading].append(one)
    for heading, some in rows.items():
        if some:
            yield heading, some, counts[heading] - len(some)


@lru_cache(maxsize=1)
def _template() -> Template:
    return environment(_FOLDER, markdown, is_html=False).get_template("findings.md.j2")


def environment(folder: Path, shown: Callable[[str], str], is_html: bool = True) -> Environment:
    """What the templates of a folder run in; every text is shown as it is and nothing of it is obeyed."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    return Environment(
        loader=FileSystemLoader(folder, encoding="utf-8"), undefined=StrictUndefined, autoescape=is_html,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        finalize=lambda value: shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value)


def embedded(file: Path) -> tuple[str, str]:
    """A style or a script that stands in a page, and the digest by which the page lets it in."""
    text = file.read_text(encoding="utf-8")
    return text, base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


@lru_cache(maxsize=65536)       # of a large table most cells say what others say
def markdown(value: str) -> str:
    """A text of a result where Markdown must not take it for markup either."""
    text = tame(one_line(value))
    text = _MARKS.sub(r"\\\1", _LINKS.sub(lambda found: f"&#{ord(found[0])};", text))
    return _START.sub(r"\1\\", text)
