"""9.3: posts, forms of address, units and duties are no part of a name; the roster's names are never cut."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from making import PACK, UNITS

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import Pack
from bayang.engine.text.wording import name_key, name_parts

PEOPLE = [{"id": "P-001", "name": "韩雪松", "unit": "U-002"}, {"id": "P-002", "name": "石磊", "unit": "U-002"}]
PROBLEM = "/themes/yanjin/problems/0"
surname = st.sampled_from([one for one in PACK.words("surnames") if len(one) == 1])
given_name = st.sampled_from(["静", "建民", "小雨", "文博", "国栋", "望舒", "以宁", "子谦"])
people = st.builds(str.__add__, surname, given_name).filter(lambda name: len(name) > 2)
posts = st.lists(st.sampled_from(PACK.words("posts")), max_size=3).map("".join)


def bare(typed: str, units: Iterable[str] = (), known: Iterable[str] = ()) -> list[str]:
    return PACK.names.bare(name_parts(typed), frozenset(units), frozenset(known).__contains__)


@pytest.mark.parametrize(("typed", "names"), [
    ("陈国栋同志", ["陈国栋"]), ("党组书记、局长陈国栋", ["陈国栋"]), ("局长 陈国栋", ["陈国栋"]),
    ("陈国栋副局长", ["陈国栋"]),
    ("四级主任科员何静", ["何静"]), ("何静（四级主任科员）", ["何静"]), ("副局长兼总工程师吴建民同志", ["吴建民"]),
    ("何 静", ["何静"]), ("何静、赵立新（局长、书记）", ["何静", "赵立新"]),
    ("赵立新牵头，周文博具体负责", ["赵立新", "周文博"]),
    ("赵立新、周文博等", ["赵立新", "周文博"]), ("何静牵头负责落实", ["何静"]), ("李科同志", ["李科"]),
    ("高科长", ["高科长"]),
    ("王局", ["王局"]), ("买买提·艾力同志", ["买买提·艾力"]), ("买买提•艾力", ["买买提·艾力"]), ("局长", ["局长"]),
    ("党组书记、局长", ["党组书记", "局长"]), ("法规科科长", ["法规科科长"]), ("办公室副主任", ["办公室副主任"]),
    ("（局长）", ["(局长)"]),
])
def test_9_3_a_name_without_what_stands_around_it(typed: str, names: list[str]) -> None:
    assert bare(typed) == names


def test_9_3_units_of_the_roster_go_and_its_names_stay() -> None:
    units = {name_key(one["name"]) for one in UNITS}
    assert bare("大气环境科科长沈雨桐", units) == ["沈雨桐"]
    assert bare("云岭市青溪生态环境分局党组书记、局长贺建平同志", units) == ["贺建平"]
    assert bare("大气环境科、石磊", units) == ["石磊"]
    assert bare("大气环境科", units) == ["大气环境科"]
    for name in ("任主任", "舒记明书记", "王伟(大)", "局长明", "云岭市生态环境局长"):
        assert bare(name, units, [name]) == [name] and bare(f"{name}、石磊", units, [name]) == [name, "石磊"]


@given(people, posts, posts, st.sampled_from(PACK.words("duties")))
@example("王建民", "", "办公室主任科员", "牵头")      # the end of it is a post too: 主任科员
def test_9_3_with_any_posts_the_name_is_the_same_or_longer(name: str, before: str, after: str, duty: str) -> None:
    [found] = bare(f"{before}{name}{after}{duty}", known=[name])
    assert found == name


@given(people, posts, posts)
def test_9_3_a_name_of_the_roster_is_never_cut(name: str, before: str, after: str) -> None:
    odd = before + name + after
    assert bare(odd, known=[name_key(odd)]) == [name_key(odd)]


@given(st.lists(st.sampled_from([*PACK.words("posts"), *PACK.words("duties"), "何", "静", "（", "）", "、", " ", "·"]),
                max_size=12).map("".join))
def test_9_3_nobody_is_lost(typed: str) -> None:
    """Where something was written a name is compared, and never an empty one."""
    assert all(bare(typed)) and bool(bare(typed)) == bool(name_parts(typed))


def test_9_3_a_long_text_takes_no_long_time() -> None:
    begun = time.process_time()
    for text in ("局长" * 30_000, "何静" * 30_000, "局长何静、" * 12_000, "（" * 60_000):
        bare(text)
    assert time.process_time() - begun < 5


def findings(tmp_path: Path, compiled: Compiled, base: str, phase: str, changes: dict, roster: bool = True,
             options: dict | None = None) -> list[str]:
    data = base_report(compiled.pack, base, phase)
    change(data, changes, [])
    (tmp_path / "a.yaml").write_bytes(dump(data))
    if roster:
        (tmp_path / "roster.yaml").write_bytes(dump({"units": UNITS, "people": PEOPLE}))
    result: Result = run([str(tmp_path)], Options(as_of="2022-12-31", **(options or {})), compiled)
    assert result.crashes == []
    wanted = {"ID04", "OR03", "OR05", "PB14", "RC08", "RO03", "RO05"}
    return sorted(f"{one.rule} {one.pointer}" for one in result.findings if one.rule in wanted and one.file == "a.yaml")


ID = {"/person/id": "P-001", "/person/name": "韩雪松", "/person/unit": "U-002"}


@pytest.mark.parametrize(("rule", "changes"), [
    ("ID04", {"/filled_by": "本人", "/reviewed_by": "韩雪松"}),
    ("ID04", {"/filled_by": "韩雪松", "/reviewed_by": "我"}),
    ("ID04", {"/filled_by": "石磊科长", "/reviewed_by": "石磊同志"}),
    ("ID04", {"/person/name": "韩雪松（四级主任科员）", "/filled_by": "本人", "/reviewed_by": "韩雪松"}),
    ("ID04", {"/person/name": "韩雪松同志", "/filled_by": "韩雪松科长", "/reviewed_by": "本人"}),
    ("", {"/filled_by": "本人", "/reviewed_by": "石磊科长"}),
    ("", {"/filled_by": "办公室主任", "/reviewed_by": "办公室副主任"}),
])
@pytest.mark.parametrize("roster", [True, False])
def test_9_3_id04(tmp_path: Path, compiled: Compiled, rule: str, changes: dict, roster: bool) -> None:
    given = findings(tmp_path, compiled, "personal", "education", {**ID, **changes}, roster)
    assert given == ([f"{rule} /reviewed_by"] if rule else [])


def test_9_3_ro03_and_ro05(tmp_path: Path, compiled: Compiled) -> None:
    data = base_report(compiled.pack, "personal", "inspection")
    owners = {f"/themes/{theme}/problems/{at}/measures/{number}/owner": "韩雪松同志"
              for theme, answer in data["themes"].items() for at, one in enumerate(answer.get("problems", ()))
              for number in range(len(one["measures"]))}
    named = {**ID, "/person/name": "韩雪松同志", "/filled_by": "本人", "/reviewed_by": "石磊"}
    assert findings(tmp_path, compiled, "personal", "inspection", {**named, **owners}) == []
    first = next(iter(owners))
    for typed, known in (("大气环境科科长沈雨桐", True), ("科长、石磊", True), ("石磊牵头，韩雪松负责", True),
                         ("石磊、罗子谦", False), ("科长", False)):
        given = findings(tmp_path, compiled, "personal", "inspection", {**named, **owners, first: typed})
        assert given == ([] if known else [f"RO05 {first}"]), typed


@pytest.mark.parametrize("roster", [True, False])
def test_9_3_or03_and_pb14(tmp_path: Path, compiled: Compiled, roster: bool) -> None:
    unit = {"/unit/code": "U-000", "/unit/name": "云岭市生态环境局", "/unit/head": "顾长林"}
    for typed, led in (("党组书记、局长顾长林", True), ("云岭市生态环境局局长顾长林同志", True),
                       ("副局长贺建平", False)):
        given = findings(tmp_path, compiled, "bureau", "education", {**unit, "/leading_group/head": typed}, roster)
        assert ("OR03 /leading_group/head" not in given) == led, typed


def test_9_3_rc08(tmp_path: Path, compiled: Compiled, pack: Pack) -> None:
    data = base_report(pack, "personal", "rectification")
    [(theme, at)] = [(theme, at) for theme, answer in data["themes"].items()
                     for at, one in enumerate(answer.get("problems", ())) if "acceptance" in one][:1]
    place = f"/themes/{theme}/problems/{at}"
    for typed, bad in (("韩雪松同志", True), ("本人", True), ("四级主任科员韩雪松（大气环境科）", True),
                       ("沈雨桐科长", False)):
        changes = {**ID, f"{place}/measures/0/owner": "石磊", f"{place}/acceptance/by": typed, "/filled_by": "石磊"}
        given = findings(tmp_path, compiled, "personal", "rectification", changes)
        assert (f"RC08 {place}/acceptance/by" in given) == bad, typed


def test_9_3_the_cache_gives_the_same_with_and_without_a_roster(tmp_path: Path, compiled: Compiled) -> None:
    changes = {**ID, "/filled_by": "大气环境科沈雨桐", "/reviewed_by": "沈雨桐"}
    kept = {"cache": str(tmp_path.parent / f"{tmp_path.name}-cache"), "cache_always": True}
    for roster, expected in ((False, []), (True, ["ID04 /reviewed_by"]), (True, ["ID04 /reviewed_by"])):
        assert findings(tmp_path, compiled, "personal", "education", changes, roster) == expected
        assert findings(tmp_path, compiled, "personal", "education", changes, roster, kept) == expected
