"""Random sentences that name people, today, the roster and the other reports: as a slow evaluator says (design §2.5).

With those of `test_language_random` they are 10,000: `BAYANG_SENTENCES=10000 pytest tests/test_language*random.py`.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from evaluating import Item, outcomes, plain
from hypothesis import given, settings
from hypothesis import strategies as st
from making import PACK
from sentences import Grammar, Writer, levels_of
from test_language_random import MOST, report_bytes, spoil

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.judging.asking import batch_check, late_check
from bayang.engine.judging.case import Case
from bayang.engine.judging.opening import Opener
from bayang.engine.judging.results import About
from bayang.engine.judging.strict import fault_text
from bayang.engine.judging.world import World
from bayang.engine.language.beyond import OVERS, offered
from bayang.engine.language.sentence import RuleSentence, SentenceTexts
from bayang.engine.language.types import Fault
from bayang.engine.packs.roster import Roster, load_roster
from bayang.engine.reading.paths import Scope, split
from bayang.engine.records import Limits, Unreadable
from bayang.engine.text.messages import LANGUAGES
from bayang.engine.text.wording import id_key, name_key, name_parts

AS_OF = "2022-08-15"
PEOPLE, UNIT, EARLIER = ("people", "个人报告"), ("unit", "单位报告"), ("earlier", "前一阶段")
EACH = (None, None, "themes.*.problems[]", "themes.*.problems[].measures[]", "organisation_life.meetings[]")
ROSTER = {
    "units": [{"code": "U-1", "name": "水环境科", "level": "department", "head": "沈雨桐", "aliases": ["水科"]},
              {"code": "U-2", "name": "砚川分局", "level": "branch", "head": "江听澜"},
              {"code": "U-3", "name": "无人科", "level": "department", "head": "江听澜"}],
    "people": [{"id": f"P-{at}", "name": name, "unit": unit, **more} for at, (name, unit, more) in enumerate((
        ("沈雨桐", "U-1", {"aliases": ["小沈"]}), ("江听澜", "u-1", {}), ("顾南枝", "U-1", {"excused": {
            "reason": "产假", "until": "2022-07-31"}}), ("林晚舟", "U-2", {"party_member": "yes"}),
        ("郑禾", "U-2", {})))],
    "extensions": [{"subject": "P-1", "phase": "inspection", "until": "2022-05-20", "by": "江听澜"}]}
NAMES = ("沈雨桐", "小沈", "江听澜（组长）", "本人", "科长顾南枝、林晚舟", "郑禾")


@cache
def roster() -> Roster:
    return load_roster(yaml.safe_dump(ROSTER, allow_unicode=True).encode(), "roster.yaml", PACK)


@cache
def shapes_beside(over: str | None) -> dict[str, tuple[Any, ...]]:
    return {name: (shape,) for name, (_, shape) in offered(PACK, over).items()}


@cache
def grammar_of(kinds: tuple[str, ...], each: str | None, over: str | None) -> Grammar | None:
    """The grammar of a scope; None where the form has none such."""
    levels = levels_of(PACK, kinds, each)
    return Grammar(PACK, levels, shapes_beside(over)) if levels else None


# --- what stands beside a report, said a second time ---------------------------------------------------


def plain_roster() -> dict[str, list[Any]]:
    return {key: plain(roster().doc[key]) for key in ("units", "people")}


def beside_of(about: Any, phase: str | None, over: str | None, world: World,
              others: dict[str, Any]) -> dict[str, Item]:
    """What each name that is no field stands for, by all its names; `others` are the reports beside it."""
    listed, own = plain_roster(), {}
    if world.roster:
        mine = [one for one in listed["people" if about.kind == "personal" else "units"]
                if id_key(one["id" if about.kind == "personal" else "code"]) == about.key]
        unit = [one for one in listed["units"] if id_key(one["code"]) == about.unit_key]
        staff = [one for one in listed["people"] if id_key(one["unit"]) == about.unit_key]
        extended = [one["until"] for one in ROSTER["extensions"] if (id_key(one["subject"]), one["phase"]) == (
            about.key, phase)]
        own = {"entry": (mine or [None])[0], "unit": (unit or [None])[0], "staff": staff,
               "extended": (extended or [None])[0], **listed}
        own = {key: one for key, one in own.items() if one}
        if others.get("received") is not None:
            own["received"] = others["received"]
    known = {"@today": world.as_of, "@roster": own if world.roster else None, **others}
    return {name: Item(known.get(step), (shape,)) for name, (step, shape) in offered(PACK, over).items()}


def meant(data: Any, kind: str, texts: list[str], world: World) -> frozenset[str]:
    """Who is meant by some texts of a report."""
    parts = [part for text in texts for part in name_parts(text)]
    if not parts:
        return frozenset()
    units = set(world.roster.unit_names) if world.roster else set()
    own = (data.get("unit") or {}).get("name") if isinstance(data.get("unit"), dict) else None
    if isinstance(own, str):
        units.add(name_key(own))
    known = {name_key(name) for one in ROSTER["people"] for name in (one["name"], *one.get("aliases", ()))}
    known |= {name_key(one["head"]) for one in ROSTER["units"]}
    known = known if world.roster else set()
    found = PACK.names.bare(parts, units, known.__contains__)
    alias = {name_key(other): name_key(one["name"]) for one in ROSTER["people"] for other in one.get("aliases", ())}
    found = [alias.get(one, one) if world.roster else one for one in found]
    name = (data.get("person") or {}).get("name") if isinstance(data.get("person"), dict) else None
    if kind == "personal" and isinstance(name, str):
        selves = {name_key(word) for word in PACK.words("self")}
        same = alias.get(name_key(name), name_key(name)) if world.roster else name_key(name)
        found = [same if one in selves else one for one in found]
    return frozenset(found)


# --- reports -------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def opened(kind: str, number: int) -> tuple[Case, About] | None:
    """A report of somebody on the roster, every second one of good form."""
    chance = random.Random(number)
    data = yaml.load(report_bytes(kind, number), yaml.CSafeLoader)
    data = data if isinstance(data, dict) else {}
    for key, ident in (("person", f"P-{chance.randint(0, 5)}"), ("unit", f"U-{chance.randint(1, 4)}")):
        if isinstance(data.get(key), dict):
            data[key]["id" if key == "person" else "code"] = ident
    named(data, chance)
    try:
        return Opener(PACK, None, Limits()).open(dump(data), "/")
    except Unreadable:
        return None


def named(data: Any, chance: random.Random) -> None:
    """Names of the roster in the fields for names."""
    for key, one in list(data.items()) if isinstance(data, dict) else enumerate(data):
        if isinstance(one, dict | list):
            named(one, chance)
        elif key in ("owner", "leader", "head", "by", "filled_by", "reviewed_by") and chance.random() < 0.7:
            data[key] = chance.choice(NAMES)


@cache
def batch(number: int) -> list[SimpleNamespace]:
    """The reports of a made run, all of good form: units and people, some of two phases."""
    chance, found = random.Random(number), []
    for entry in (*ROSTER["units"][:2], *ROSTER["people"]):
        kind = "unit" if "code" in entry else "personal"
        for phase in sorted(chance.sample(list(PACK.phases), chance.choice((1, 1, 2))), key=PACK.order):
            while True:
                data = copy.deepcopy(base_report(PACK, "personal" if kind == "personal" else entry["level"], phase))
                for _ in range(chance.choice((0, 2, 6))):
                    spoil(data, chance, valid=True)
                named(data, chance)
                owner = data["person" if kind == "personal" else "unit"] = {**entry}
                for key in ("aliases", "excused", *(("head",) if kind == "unit" else ())):
                    owner.pop(key, None)
                case, about = Opener(PACK, None, Limits()).open(dump(data), "/")
                if not case.slips and about.phase == phase:
                    break
            for one in found:
                one.counts &= one.about.key != about.key
            found.append(SimpleNamespace(
                case=case, about=about, counts=True, doubtful=False, at=len(found), kind=kind, key=about.key,
                level=about.level, phase=phase, unit_key=about.unit_key, submitted=about.submitted,
                form=(kind, about.level, phase)))
    return found


class Sight:
    """A made run, as a check over the batch sees it."""

    def __init__(self, files: list[SimpleNamespace], facts: dict[int, Any], world: World, lost: str | None) -> None:
        self.files, self.facts, self.world, self.lost = files, facts, world, lost

    def everything(self) -> Any:
        return iter(self.files)

    def several(self) -> Any:
        groups = {one.key: [two for two in self.files if two.key == one.key] for one in self.files}
        return iter([group for group in groups.values() if len(group) > 1])

    def applies(self, one: Any) -> bool:
        return True

    def unit(self, key: str | None) -> Any:
        return next((one for one in self.files if one.kind == "unit" and one.key == key and one.counts), None)

    aside: dict[Any, Any] = {}      # every file is a report

    def bind(self, one: Any) -> Any:
        return one.case

    def one(self, at: int) -> Any:
        return next(one for one in self.files if one.at == at)

    def fact(self, one: Any) -> Any:
        return self.facts[one.at]

    def unread(self) -> Any:
        entry = roster().people.get(self.lost or "")
        return [SimpleNamespace(entry=entry, phase=None)] if entry else []


COUNTED: Counter[str] = Counter()


def made(chance: random.Random, kinds: tuple[str, ...], each: str | None, over: str | None) -> Any:
    """A random sentence: (compiled, trees); None where the form has no such items or it is refused."""
    own, whole = grammar_of(kinds, each, over), grammar_of(kinds, None, over)
    if own is None or whole is None:
        return None
    when = Writer(whole, chance).truth(1) if chance.random() < 0.3 else None
    where, must = Writer(own, chance).truth(1) if chance.random() < 0.3 else None, Writer(own, chance).truth(3)
    texts = SentenceTexts(must.text, each, (when.text,) if when else (), where.text if where else None, over=over,
                          mixed=True)
    try:
        sentence = RuleSentence(texts, [PACK.shapes[kind] for kind in kinds], PACK)
    except Fault as fault:
        COUNTED["refused"] += 1
        assert all(fault_text(fault, language, PACK) for language in LANGUAGES)
        return None
    return sentence, ([when.tree] if when else [], where.tree if where else None, must.tree), texts


def steps_in(tree: Any, names: tuple[str, ...]) -> int:
    """How many fields below one of some names a part names at most; -1 where it names none."""
    if not isinstance(tree, tuple | list):
        return -1
    own = len(tree) - 2 if len(tree) > 1 and tree[0] == "path" and tree[1] in names else -1
    return max([own, *(steps_in(one, names) for one in tree)])


def reads_received(tree: Any) -> bool:
    """Whether a part names how many of a unit's people have filed."""
    if not isinstance(tree, tuple | list):
        return False
    return (len(tree) > 2 and tree[0] == "path" and tree[1] in ("roster", "名册") and tree[2] in ("received", "实报")) \
        or any(map(reads_received, tree))


def received(unit: Any, files: list[Any], lost: str) -> tuple[int | None, bool]:
    """How many of a unit's people have filed by the day of its report, if the days are known; whether nobody knows."""
    staff = {id_key(one["id"]): [] for one in ROSTER["people"] if id_key(one["unit"]) == unit.key}
    for one in files:
        if one.key in staff and PACK.order(one.phase) >= PACK.order(unit.phase):
            staff[one.key].append(one.submitted)
    in_time = {key for key, days in staff.items() if any(
        day and unit.submitted and day <= unit.submitted for day in days)}
    known = unit.submitted and all(None not in days for key, days in staff.items() if key not in in_time)
    return len(in_time) if known and staff else None, lost in staff.keys() - in_time


EXAMPLES = settings(max_examples=MOST // 8, derandomize=MOST < 1000)


@EXAMPLES
@given(st.integers(0, 2 ** 40), st.sampled_from((("personal",), ("unit",), ("personal", "unit"))),
       st.sampled_from(EACH))
def test_names_today_and_the_roster(seed: int, kinds: tuple[str, ...], each: str | None) -> None:
    chance = random.Random(seed)
    found = made(chance, kinds, each, None)
    if found is None or found[0].later is None:
        return
    sentence, trees, texts = found
    COUNTED["asked later"] += 1
    check = late_check(sentence, None)
    for kind in kinds:
        for _ in range(3):
            one = opened(kind, chance.randrange(16 if MOST < 1000 else 500))
            if one is None:
                continue
            (case, about), world = one, World(AS_OF, roster=roster() if chance.random() < 0.8 else None)
            case.skipped.clear()
            asked = json.loads(json.dumps([fact for _, fact in check.collect(case, Scope(case.report.doc, ()))]))
            told_at = {verdict.path for fact in asked for verdict in check.judge(fact, about, world)}
            if not world.roster and sentence.later.needs_roster:
                continue        # is not asked at all
            data, beside = plain(case.report.doc), beside_of(about, case.report.phase, None, world, {})
            slow = outcomes(trees, split(each or ""), PACK, data, case.report.phase,
                            tuple(PACK.shapes[one] for one in kinds), beside,
                            lambda names, own=True, data=data, kind=kind, world=world: meant(
                                {} if own is False else data, kind if own is True else "unit", names, world))
            for scope, answer in zip(sentence.scopes(case), slow, strict=True):
                said = sentence.path(scope) in told_at
                COUNTED[str(answer)] += 1
                assert said is (answer is True) or (case.slips and not said), (texts, said, answer)
            if not case.slips:
                assert not case.skipped
                assert not told_at or sentence.quick is None or not sentence.quick(case), texts


@EXAMPLES
@given(st.integers(0, 2 ** 40), st.sampled_from(("people", "units", "reports")), st.sampled_from(EACH),
       st.integers(0, 1 if MOST < 1000 else 60))
def test_over_the_batch(seed: int, over: str, each: str | None, number: int) -> None:
    chance = random.Random(seed)
    found = made(chance, OVERS[over], each, over)
    if found is None:
        return
    sentence, trees, texts = found
    COUNTED["over " + over] += 1
    files, world = batch(number), World(AS_OF, roster=roster())
    lost = "p-9" if chance.random() < 0.5 else id_key("P-3")       # somebody whose file can't be read
    check = batch_check(sentence, None)
    facts = {one.at: json.loads(json.dumps(check.collect(one.case, one.about))) for one in files}
    take, judge = check.survey(Sight(files, facts, world, lost))
    for one in files:
        take(one, facts[one.at])
    marks = [mark for mark in judge() if mark.at is not None]
    for one in files:
        if not (one.counts or over == "reports") or one.kind not in OVERS[over]:
            continue
        told_at = {mark.path for mark in marks if mark.at == one.at and not mark.unjudged}
        others = {"@reports": [plain(two.case.report.doc) for two in files if two.counts],
                  "@people": [plain(two.case.report.doc) for two in files
                              if two.counts and two.kind == "personal" and two.unit_key == one.key],
                  "@unit": next((plain(two.case.report.doc) for two in files if two.kind == "unit" and two.counts
                                 and two.key == one.unit_key), None),
                  "@earlier": next((plain(two.case.report.doc) for two in reversed(files)
                                    if two.key == one.key and two.at < one.at), None)}
        count, unsure = received(one, files, lost) if over == "units" else (None, False)
        beside = beside_of(one.about, one.phase, over, world, {key: two or None for key, two in others.items()}
                           | {"received": count})
        if unsure and reads_received(trees):
            assert not told_at, texts
            COUNTED["unsure"] += 1
            continue
        if (lost, over, one.key) == (id_key("P-3"), "units", id_key("U-2")) and steps_in(trees, PEOPLE) >= 0:
            assert not told_at, texts       # nobody knows what stands there
            COUNTED["unsure"] += 1
            continue
        wanted = (EARLIER, UNIT) if over == "people" else (EARLIER,)
        if any(steps_in(trees, names) > 0 and beside[names[0]].data is None for names in wanted):
            assert not told_at, texts
            continue
        data = plain(one.case.report.doc)
        slow = outcomes(trees, split(each or ""), PACK, data, one.phase,
                        tuple(PACK.shapes[kind] for kind in OVERS[over]), beside,
                        lambda names, own=True, data=data, one=one: meant(
                            {} if own is False else data, one.kind if own is True else "unit", names, world))
        for scope, answer in zip(sentence.scopes(one.case), slow, strict=True):
            COUNTED[f"over {answer}"] += 1
            assert (sentence.path(scope) in told_at) is (answer is True), (texts, answer)


def test_enough_of_them_made_sense() -> None:
    if not COUNTED:
        pytest.skip("the random sentences did not run in this process")
    wanted = "asked later", "over people", "over units", "over reports", "True", "False", "over True", "over False"
    assert all(COUNTED[one] > MOST // 80 for one in wanted), COUNTED
    assert MOST < 1000 or (COUNTED["None"] and COUNTED["unsure"]), COUNTED
