"""The rows of the ledger, read from the current reports of a run, and the gaps: who and what it does not hold.

Values are kept as they were bound; what of them is shown, and in which words, is for the tables to say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from ...batch import reopening
from ...batch.outcome import Result
from ...batch.reopening import Reopened
from ...batch.standing import DOUBTFUL, FILED, TO_CORRECT, UNREADABLE, in_order, is_doubtful
from ...judging.results import About
from ...packs.pack import Pack
from ...packs.roster import Entry
from ...reading.report import BAD, Doc, Items
from ...reading.roles import Roles
from ...recording import dataclass, field
from ...text.wording import id_key
from .marks import mark

UNREAD = "\0"           # stands for what is written and can't be read; no report holds this character
PARTLY = "partly"       # of a gap: a report that is in the ledger, but not with all that stands in it

Key = tuple[str, str]   # kind and comparable ID


@dataclass(frozen=True, slots=True)
class Step:
    """One measure; None for what is not filled in, UNREAD for what can't be read."""

    action: str | None
    owner: str | None
    due: str | None


@dataclass(slots=True)
class LedgerRow:
    """One problem; None for what is not filled in, UNREAD for what can't be read."""

    entry: Entry | None             # of its subject on the roster
    about: About
    file: str
    theme: str
    ident: str | None
    behaviour: str | None
    fact: str | None
    source: str | None
    found: str | None
    steps: tuple[Step, ...]
    until: str | None               # deferred to
    state: str | None
    finished: str | None
    accepted: str | None
    accepted_by: str | None
    mark: str = ""
    left: int | None = None         # days, less than 0 of what is overdue
    relapsed: bool = False          # closed in an earlier phase and not now, or reported as having come back
    doubts: list[str] = field(default_factory=list)     # what nobody can tell, by the names of texts

    @property
    def days(self) -> list[str | None]:
        """The day of each measure, or the later one to which its problem is deferred; None: nobody can tell."""
        if self.until == UNREAD:
            return [None] * len(self.steps)
        return [self.until if step.due in (None, UNREAD) else max(step.due or "", self.until or "")
                for step in self.steps]


@dataclass(slots=True)
class Gap:
    """A subject, or a file, whose problems the ledger does not hold, or not all of them."""

    entry: Entry | None
    about: About | None             # where it is on no roster
    state: str                      # as the standing of a subject is called, or a kind of file, or PARTLY
    files: tuple[str, ...]
    count: int = 0                  # of PARTLY: places that can't be read
    phase: str | None = None        # of its subject's report that the ledger holds


@dataclass(slots=True)
class Gathered:
    """All of a run."""

    rows: list[LedgerRow]
    gaps: list[Gap]
    reports: int                    # whose problems are in the rows


def gather(result: Result, pack: Pack, progress: Callable[[int, int], None] = lambda done, total: None) -> Gathered:
    """The rows in the order of the roster, then of the plan's themes; reads every report once more."""
    roster, roles = result.roster, pack.roles
    rows: list[LedgerRow] = []
    gaps: list[Gap] = []
    phases: dict[Key, str | None] = {}
    before: dict[Key, list[Counter[tuple[str, bool]]]] = defaultdict(list)     # of each earlier report
    reports, total = 0, result.summary["files"]
    told = {file for one in result.standing if one.state == UNREADABLE or one.is_only_doubtful
            for file in one.files}
    for done, one in enumerate(result.reopened(), 1):
        key = (one.about.kind or "", one.about.key or "")
        if is_doubtful(one.file, *key, roster):
            if one.file not in told:
                gaps.append(Gap(None, None, DOUBTFUL, (one.file,)))
        elif one.case is None:
            if one.file not in told:
                entry = one.owner or (roster.entry(*key) if roster else None)
                gaps.append(Gap(entry, one.about if one.about.key else None, one.what, (one.file,)))
        elif one.what == reopening.EARLIER:
            before[key].append(Counter((id_key(ident), problem.get(roles.state) in roles.closed)
                                       for _, problem in _problems(one.case.report.doc, roles)
                                       if isinstance(ident := problem.get(roles.problem), str)))
        else:
            reports += 1
            phases[key] = one.about.phase
            entry, doc = roster.entry(*key) if roster else None, one.case.report.doc
            rows += rows_of(one, entry, roles)
            if lost := _lost(doc, roles):
                gaps.append(Gap(entry, one.about, PARTLY, (one.file,), count=lost))
        progress(done, total)
    for row in rows:
        _judge(row, result.as_of, roles)
    _compare(rows, before, roles)
    gaps += (Gap(one.entry, None, one.state, one.files) for one in result.standing
             if one.state not in (FILED, TO_CORRECT, DOUBTFUL) or one.is_only_doubtful)
    for gap in gaps:
        who = gap.entry or gap.about
        gap.phase = phases.get((who.kind or "", who.key or "")) if who else None
    return _ordered(Gathered(rows, gaps, reports), result, pack)


def rows_of(one: Reopened, entry: Entry | None, roles: Roles) -> Iterator[LedgerRow]:
    """Each problem of a report; nothing is judged of it."""
    if one.case:
        for theme, problem in _problems(one.case.report.doc, roles):
            yield _row(one, entry, theme, problem, roles)


Order = Callable[[Entry | None, About | None], tuple[int, int, str, bool, str]]


def order_of(result: Result, pack: Pack) -> Order:
    """By what subjects are brought in the order of the roster, then of levels, units and IDs."""
    entries = in_order(result.roster) if result.roster else []
    places = {(entry.kind, entry.key): at for at, entry in enumerate(entries)}
    levels = {one: at for at, one in enumerate(pack.levels)}

    def place(entry: Entry | None, about: About | None) -> tuple[int, int, str, bool, str]:
        if entry:
            return places[entry.kind, entry.key], 0, "", False, ""
        if about is None:
            return len(places) + 1, 0, "", False, ""
        level = levels.get(about.level or "", len(levels)) if about.kind == "unit" else len(levels)
        return len(places), level, about.unit_key or "", about.kind != "unit", about.key or ""

    return place


def _ordered(found: Gathered, result: Result, pack: Pack) -> Gathered:
    place, themes = order_of(result, pack), {one: at for at, one in enumerate(pack.themes)}
    found.rows.sort(key=lambda row: (place(row.entry, row.about), themes[row.theme]))
    found.gaps.sort(key=lambda gap: (place(gap.entry, gap.about), gap.files))
    return found


def _problems(doc: Doc, roles: Roles) -> Iterator[tuple[str, Doc]]:
    """Each problem of a report that can be read, with its theme."""
    for theme, answer in _answers(doc, roles):
        listed = answer.get(roles.problems)
        if isinstance(listed, Items):
            yield from ((theme, one) for one in listed if isinstance(one, Doc))


def _answers(doc: Doc, roles: Roles) -> Iterator[tuple[str, Doc]]:
    themes = doc.get(roles.themes)
    if isinstance(themes, Doc):
        yield from ((theme, one) for theme, one in themes.items() if isinstance(one, Doc))


def _lost(doc: Doc, roles: Roles) -> int:
    """How many places of a report, in which problems may stand, can't be read or are called by no name of the form."""
    themes = doc.get(roles.themes)
    if not isinstance(themes, Doc):
        return int(themes is BAD)
    count = sum(one is BAD for one in themes.values()) + _unknown(themes)
    for _, answer in _answers(doc, roles):
        listed = answer.get(roles.problems)
        if isinstance(listed, Items):
            count += sum(one is BAD for one in listed)
        elif listed is BAD or (roles.none_found not in answer and _unknown(answer)):
            count += 1
    return count


def _unknown(doc: Doc) -> int:
    """How many keys of a map are no field of it and no slip of one; what is a slip is BAD as that field."""
    slips = (doc.misspelt or {}).values()
    return sum(key not in doc.shape.fields and key not in slips for key in doc.src.entries)


def _row(one: Reopened, entry: Entry | None, theme: str, problem: Doc, roles: Roles) -> LedgerRow:
    deferral, acceptance = problem.get(roles.deferral), problem.get(roles.acceptance)
    measures = problem.get(roles.measures)
    steps = tuple(Step(_said(each, roles.action), _said(each, roles.owner), _said(each, roles.due))
                  for each in measures) if isinstance(measures, Items) else ()
    if measures is BAD:
        steps = (Step(UNREAD, UNREAD, UNREAD),)
    ident, behaviour, fact, source, found, state, finished = (_said(problem, name) for name in (
        roles.problem, roles.behaviour, roles.fact, roles.source, roles.found, roles.state, roles.completed))
    return LedgerRow(entry, one.about, one.file, theme, ident, behaviour, fact, source, found, steps,
                     _said(deferral, roles.until), state, finished, _said(acceptance, roles.accepted),
                     _said(acceptance, roles.accepted_by))


def _said(node: object, name: str) -> str | None:
    """What a field of a map says; of a list its items, a line each."""
    if node is BAD:
        return UNREAD
    if not isinstance(node, Doc):
        return None
    value = node.get(name)
    if isinstance(value, Items):
        return UNREAD if BAD in value else "\n".join(map(str, value))
    return UNREAD if value is BAD else None if value is None else str(value)


def _judge(row: LedgerRow, as_of: str, roles: Roles) -> None:
    """Put in the mark, and what keeps anybody from being sure of it."""
    until, days = None if row.until == UNREAD else row.until, row.days
    row.mark, row.left = mark(row.state, days, as_of, roles)
    if row.state in roles.done or row.state == roles.lasting:
        return
    if row.state == UNREAD:
        row.mark, row.left = mark(None, [], as_of, roles)
    doubts = {"state-unread": row.state == UNREAD, "until-unread": row.until == UNREAD, "no-measures": not row.steps,
              "due-unread": any(step.due == UNREAD for step in row.steps) and not until,
              "due-missing": any(step.due is None for step in row.steps) and not until}
    row.doubts += (name for name, holds in doubts.items() if holds)


def _compare(rows: list[LedgerRow], before: dict[Key, list[Counter[tuple[str, bool]]]], roles: Roles) -> None:
    """Put in what has come back: closed in the report of an earlier phase and not closed now, by the problem's ID.

    Where an ID stands twice in a report nobody can tell which is which.
    """
    now = Counter((row.about.kind, row.about.key, id_key(row.ident)) for row in rows if row.ident)
    for row in rows:
        row.relapsed = row.state in roles.relapsed
        earlier = before.get((row.about.kind or "", row.about.key or ""), [])
        if row.relapsed or row.state in roles.closed or not any(closed for one in earlier for _, closed in one):
            continue
        ident = None if row.ident in (None, UNREAD) else id_key(row.ident or "")
        closed = [one for one in earlier if ident is not None and one[ident, True]]
        if ident is None or (closed and (row.state in (None, UNREAD) or now[row.about.kind, row.about.key, ident] > 1
                                         or all(one[ident, True] + one[ident, False] > 1 for one in closed))):
            row.doubts.append("relapse-unsure")
        else:
            row.relapsed = bool(closed)
