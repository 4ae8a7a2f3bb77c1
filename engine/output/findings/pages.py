"""HTML and Markdown, made from the templates beside: first what people look at, then what they read."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .... import __version__
from ...batch.outcome import Result
from ...records import LEVELS, Finding, NotAssessed
from ...text.messages import say, shown_date
from ...text.wording import one_line, visible
from ...writing import gathered
from . import filing
from .accounts import accounts, state
from .overview import NOT_FILED, STANDINGS, phase_bars, theme_map
from .setting import Setting
from .terminal import summary, tame, trail

if TYPE_CHECKING:       # loaded for a page alone
    from jinja2 import Template

_FOLDER = Path(__file__).parent / "templates"
MOST = 5_000        # findings that a page lists in full; a browser gets slow beyond, and nobody reads them there

# What Markdown would take for markup, and what GitHub would make a link, a mention or a formula of.
_MARKS = re.compile(r"([\\`*_\[\]<>|~$!])")
_START = re.compile(r"^(\d+(?=[.)])|(?=[-+=]))")      # of a line: a list, a heading's underline
_IDENT = re.compile(r"(?<![\w&#;-])[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,12}){1,2}(?![\w-])[、，。；：）]?", re.ASCII)
_LINKS = re.compile(r"[&#@]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)


def as_html(result: Result, setting: Setting) -> bytes:
    """One file that asks for no other, readable and printable without scripts."""
    return gathered(_made("findings.html", result, setting, MOST))


def as_markdown(result: Result, setting: Setting, most: int = MOST) -> bytes:
    """GitHub's Markdown; nothing of a value is markup. Lists at most so many findings, and says how many more."""
    return gathered(_made("findings.md", result, setting, most))


def _made(template: str, result: Result, setting: Setting, most: int) -> Iterator[str]:
    language, pack = setting.language, setting.compiled.pack
    found = accounts(result)
    shown, left = [], most
    for at, one in enumerate(found):
        hits = one.gating[:left]
        left -= len(hits)
        if hits:
            shown.append((at, one, hits))
    bars = phase_bars(found, pack, result)
    aside = filing.ignored(result, language)
    skipped = list(_skipped(result, language))
    return _template(template).generate(
        filing=filing.sheet(result, language), filing_notes=list(filing.notes(result, language)),
        ignored=aside[:most], ignored_more=max(0, len(aside) - most),
        nothing=filing.nothing(result),
        result=result, total=result.summary, pack=pack, language=language, levels=LEVELS, standings=STANDINGS,
        standing=lambda state: filing.label(state, language) if state in NOT_FILED else say(
            f"page.standing_{state}", language),
        say=lambda key, **facts: say(key, language, **facts), as_of=shown_date(result.as_of, language),
        version=__version__, bars=bars, widest=max(1, *(bar.total() for bar in bars.values())),
        rows=theme_map(found, language, result.roster), accounts=shown, themes=[*pack.themes, None],
        more=sum(len(one.gating) for one in found) - sum(len(hits) for _, _, hits in shown),
        apart=list(_apart(result.findings, most)), summary=summary(result, language), state=state,
        skipped=skipped[:most], skipped_more=max(0, len(skipped) - most),
        unit=lambda account: filing.unit_name(account.unit, result.roster),
        trail=lambda one: trail(one, language))


def _skipped(result: Result, language: str) -> Iterator[tuple[str, str, str]]:
    """Of each file with something that was not assessed: subject, file, and the rules with the reasons; all rules over
    the batch first.
    """
    files: dict[str, list[NotAssessed]] = defaultdict(list)
    for one in sorted(result.not_assessed, key=lambda one: one.file or ""):
        files[one.file or ""].append(one)
    for file, some in files.items():
        reasons: dict[str, set[str]] = defaultdict(set)
        for one in some:
            reasons[one.reason].add(one.rule)
        rules = [say("page.skipped_rules", language, rules=sorted(rules), reason=say(f"output.reason_{why}", language))
                 for why, rules in reasons.items()]
        ident = next((one.subject.id for one in some if one.subject and one.subject.id), "")
        yield ident, file or say("output.batch", language), say("page.skipped_join", language).join(rules)


def _apart(findings: list[Finding], most: int) -> Iterator[tuple[str, list[Finding], int]]:
    """What does not count, under its heading: what remains once a file is mended, and the rest; and how many more."""
    for heading in ("provisional", "apart"):
        rows = [one for one in findings if not one.gates and one.provisional == (heading == "provisional")]
        if rows:
            yield heading, rows[:most], max(0, len(rows) - most)


@lru_cache(maxsize=2)
def _template(name: str) -> Template:
    """A template and what it needs; in both, every value is shown as it is and nothing of it is obeyed."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    html = name.endswith(".html")
    environment = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"), undefined=StrictUndefined, autoescape=html,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        finalize=_shown if html else lambda value: markdown(value) if isinstance(value, str) else value)
    if html:
        style = (_FOLDER / "findings.css").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
        environment.filters["whole"] = _whole
        environment.globals |= {"style": Markup(style), "style_digest": digest}
    return environment.get_template(f"{name}.j2")


def _whole(value: str) -> Any:
    """A text on a page whose IDs never break at a hyphen; a long name must be able to."""
    from markupsafe import Markup, escape

    return Markup(_IDENT.sub(r'<span class="whole">\g<0></span>', str(escape(_shown(value)))))


def _shown(value: object) -> object:
    """A text of a result on a page: what is not seen is made visible, and no log obeys it. Markup is ours alone."""
    return tame(visible(value)) if type(value) is str else value


def markdown(value: str) -> str:
    """A text of a result where Markdown must not take it for markup either."""
    text = tame(one_line(value))
    text = _MARKS.sub(r"\\\1", _LINKS.sub(lambda found: f"&#{ord(found[0])};", text))
    return _START.sub(r"\1\\", text)
