"""All text for people stands in the catalogues, the pack and the schemas, in every language; none stands in code
(contract §6).
"""

from __future__ import annotations

import ast
import json
import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from jinja2 import Environment, meta
from running import ROOT

from bayang.cli import bayang
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.records import OptionError, PackError, Told, UsageError
from bayang.engine.text.messages import LANGUAGES, catalogue, render, say, told

CODE = [ROOT / "cli.py", ROOT / "__main__.py", *sorted((ROOT / "engine").rglob("*.py"))]
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
RANGE = re.compile(f"{HAN.pattern}-{HAN.pattern}")        # of a pattern
PROSE = re.compile(r"[A-Za-z]{2,},? [a-z]+,? [a-z]+")
JINJA = Environment()
TAG = re.compile(r"\{%.*?(%\}|$)")                          # of a template

# Chinese that is read, never said: (file, words).
READ = {
    ("engine/text/dates.py", "年月日第一二三四季度上下半五六七八九十"),      # how people write dates
    ("engine/authoring/trace.py", "等"),                              # the end of a plan's list
    ("engine/packs/plan_text.py", "前言附件一二三四五六七八九十"),        # the numbering of a plan
    ("engine/authoring/reading_plans.py", "各"),                      # before a level of units
    ("engine/packs/inheriting.py", "至"),                             # from one rule to another
    ("engine/reading/slips.py", "一二三四五六七八九十"),            # numbers before items
    ("engine/reading/mending.py", "例如一二三四五六七八九十是"),     # examples; numbers before parts
    ("engine/reading/form_cells.py", "章签字名"),                     # where people sign
    ("engine/authoring/published.py", "例如"),                        # the example in a schema's description
    ("engine/packs/own_fields.py", "例如一两三四五六七八九样和"),     # the same, and lists of fields with their count
    ("engine/text/numbers.py", "元千百万亿人民币分之"),     # units of money, percentages
    ("engine/output/notices/register.py", "第号发文登记"),           # numbers of letters as people type them
}
# Modules whose English is for the database.
STATEMENTS = {f"engine/{name}.py" for name in (
    "batch/cache", "batch/database", "batch/filings", "batch/found", "batch/store", "batch/unjudged", "judging/alike",
    "judging/kinds/sharing")}
# English that no user reads.
UNSAID = {
    "engine/language/emit.py": {") is None else not ", " is None else not "},      # Python
    "engine/reading/slips.py": {"block sequence entries", "mapping keys are not allowed",
                                "mapping values are not allowed", "cannot start any token"},    # the YAML library's
    "engine/judging/message_guard.py": {"unknown tag", "following tags", "end of template", "end of comment"}, # Jinja's
    "engine/writing.py": {"Is a directory"},                                            # the system's
    "engine/judging/kinds/batch.py": {"ident phase_name closed file unreadable"},       # names of facts
    "engine/judging/kinds/built_in.py": {"character blanks mended", "above blanks mended", "mark inner mended",
                                               "nearest values english", "nearest places private there",
                                               "typed braces item", "expected wants braces item",
                                               "expected wants braces item unit"},
}


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every text in the code but docstrings: (line, text)."""
    docs = {id(node.body[0].value) for node in nodes(path)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(node.body[0], ast.Expr)}
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def test_no_text_for_people_stands_in_code() -> None:
    found = []
    for path in CODE:
        name = shown(path)
        read = {char for file, words in READ if file == name for char in words}
        unsaid = UNSAID.get(name, set())
        found += [f"{name}:{line}: {text}" for line, text in literals(path)
                  if set(HAN.findall(RANGE.sub("", text))) - read
                  or (PROSE.search(TAG.sub("", text)) and text not in unsaid and name not in STATEMENTS)]
    assert found == [], "move these to engine/text/texts/zh.yaml and en.yaml"


def test_what_is_excepted_is_there() -> None:
    for file, words in READ:
        texts = "".join(text for _, text in literals(ROOT / file))
        assert set(words) <= set(texts), file
    for file, sentences in UNSAID.items():
        assert sentences <= {text for _, text in literals(ROOT / file)}, file


# -- the catalogues ---------------------------------------------------------------------------------------


@cache
def variables(text: str) -> set[str]:
    return meta.find_undeclared_variables(JINJA.parse(text))


def test_both_catalogues_have_the_same_texts_with_the_same_variables() -> None:
    chinese, english = catalogue("zh"), catalogue("en")
    assert list(chinese) == list(english)
    for key in chinese:
        assert variables(chinese[key]) == variables(english[key]), key


def test_each_text_is_of_its_language() -> None:
    for key, text in catalogue("zh").items():
        bare = re.sub(r"{[{%].*?[%}]}", "", text)
        if re.search("[A-Za-z]{2,} [a-z]+ [a-z]+", bare):
            assert HAN.search(bare), key
    for key, text in catalogue("en").items():
        outside = re.sub(r"{[{%].*?[%}]}|“[^”]*”|\{[^{}]*\}|e\.g\. .*|\"[^\"]*\"", "", text)
        assert not HAN.search(outside), f"{key}: {outside}"


# What follows a 1 in a text that is no count of it: a name, a bound that is never 1, a verb of another subject.
NO_COUNT = frozenset("""
table.from-one config.strange words.some noticed.template_failed notice.basis_mend notice.basis_missing
statistics.note_few ledger.mark_month ledger.marks_note diff.note_chain totals.superseded language.long template.long
template.large propose.batch propose.no-base propose.roster""".split())
SINGULAR = frozenset("""
is was has does this its as less us gives says needs holds lies stands takes counts falls remains""".split())


def test_one_is_no_plural_in_english() -> None:
    """Each text with 1 for all that it shows; of packs' faults numbers are bounds and names."""
    wrong = {}
    for key, text in catalogue("en").items():
        if not key.startswith(("lint.", "pack.")) or key == "lint.totals":
            said = render(text, {name: "1" if name == "wanted" else 1 for name in variables(text)})
            found = [one[0] for one in re.finditer(r"(?<![\w.:-])1 (?:[a-z]+ )?([a-z]+s|are|have|were|people)\b", said)
                     if not SINGULAR.intersection(one[0].split())] + re.findall(r"\w+\(s\)", said)
            if found:
                wrong[key] = found
    assert set(wrong) == NO_COUNT, {key: wrong.get(key) for key in wrong.keys() ^ NO_COUNT}


def asked() -> Iterator[tuple[str, int, ast.expr, set[str] | None]]:
    """Every place where code names a text: (file, line, the key, the facts given by name or None)."""
    place = {"say": 0, "both": 0, "UsageError": 0, "OptionError": 0, "PackError": 2}
    for path in CODE:
        for node in nodes(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in place:
                at = place[node.func.id]
                if len(node.args) > at:
                    names = {word.arg for word in node.keywords if word.arg}
                    starred = any(word.arg is None for word in node.keywords)
                    yield shown(path), node.lineno, node.args[at], None if starred else names


def keys_of(node: ast.expr) -> list[str]:
    """The keys that an expression may give, as patterns; none where it is a variable."""
    if isinstance(node, ast.Constant):
        return [re.escape(node.value)]
    if isinstance(node, ast.JoinedStr):
        return ["".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values)]
    if isinstance(node, ast.IfExp):
        return keys_of(node.body) + keys_of(node.orelse)
    return []


def test_every_text_asked_for_exists_and_gets_its_facts() -> None:
    known = catalogue("zh")
    for file, line, node, given in asked():
        for pattern in keys_of(node):
            found = [key for key in known if re.fullmatch(pattern, key)]
            assert found, f"{file}:{line}: no text {pattern}"
            if given is not None and ".+" not in pattern:
                lacking = variables(known[found[0]]) - given
                assert not lacking, f"{file}:{line}: {pattern} is not given {lacking}"


def in_templates() -> dict[str, list[str]]:
    """The keys that each page template names; `say("level." ~ name)` is a pattern."""
    return {shown(path): [head + (".+" if more else "") for head, more in re.findall(
                r"""\bsay\(\s*["']([\w.-]+)["'](\s*~)?""", path.read_text(encoding="utf-8"))]
            for path in sorted((ROOT / "engine").rglob("*.j2"))}


def test_every_text_that_a_template_names_exists() -> None:
    for file, keys in in_templates().items():
        assert keys and not HAN.search((ROOT / file).read_text(encoding="utf-8")), file
        for key in keys:
            assert any(re.fullmatch(key.replace(".", "\\.", 1), one) for one in catalogue("zh")), f"{file}: {key}"


def test_every_text_is_asked_for() -> None:
    named = {pattern for path in CODE for node in nodes(path)
             if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
             for pattern in keys_of(node) if re.match(r"[a-z]+\\\.", pattern)}
    named |= {key.replace(".", "\\.", 1) for keys in in_templates().values() for key in keys}
    of_any = re.compile("|".join(named))
    assert [key for key in catalogue("zh") if not of_any.fullmatch(key)] == []


# -- errors -----------------------------------------------------------------------------------------------


def test_an_error_says_its_text_in_every_language() -> None:
    inner = OptionError("pack.named-pattern", pattern="(?P<a>b)")
    error = PackError("families/AA.yaml", 7, "pack.option", rule="AA01", kind="pattern", text=inner)
    assert told(error, "en") == ("rule AA01 (pattern): not of the right form (the pattern (?P<a>b) names a group; "
                                 "write (?:…) instead)")
    assert told(error, "zh").startswith("规则 AA01（pattern）：写法不对（写法 (?P<a>b) 给分组")
    phases = {"zh": ["甲（a）", "乙（b）"], "en": ["a", "b"]}
    unknown = UsageError("usage.no-phase", typed="x", near=None, known=phases)
    assert told(unknown, "zh") == "没有阶段“x”；可用：甲（a）、乙（b）"
    assert told(unknown, "en") == "no phase “x”; use one of a, b"


@pytest.mark.parametrize("error", [
    UsageError("usage.no-path", path="nowhere"), PackError("plan.yaml", 3, "pack.timezone"),
    OptionError("pack.condition")])
def test_an_error_survives_the_way_between_processes(error: Told) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), vars(again)) == (type(error), vars(error))


# -- the command line ------------------------------------------------------------------------------------


def of_command_line(group: click.Group) -> Iterator[tuple[str, str | None]]:
    yield group.name or "", group.help
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from of_command_line(one)
            continue
        yield name, one.help
        for option in one.params:
            if isinstance(option, click.Option):
                yield f"{name} {option.opts[0]}", option.help


def test_every_help_is_chinese_then_english() -> None:
    for name, text in of_command_line(bayang):
        chinese, _, english = (text or "").rpartition("。")
        assert HAN.search(chinese) and re.search("[A-Za-z]", english) and not HAN.search(english), name


# -- the pack and the schemas ----------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["rules", "tests/packs/window"])
def any_pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(ROOT / request.param)


def texts_of(pack: Pack) -> Iterator[tuple[str, dict[str, str]]]:
    for rule in pack.rules.values():
        yield f"{rule.id} title", rule.title
        yield f"{rule.id} message", rule.message
        yield f"{rule.id} remedy", rule.remedy
        for hint, text in rule.hints.items():
            yield f"{rule.id} {hint}", text
        if rule.practice:
            yield f"{rule.id} practice", rule.practice
    for part in (*pack.themes.values(), *pack.phases.values()):
        yield part.id, part.name
    yield from pack.levels.items()
    yield pack.id, pack.name
    yield f"{pack.id} title", pack.title


def test_every_text_of_a_pack_is_in_both_languages(any_pack: Pack) -> None:
    for place, text in texts_of(any_pack):
        assert set(text) == set(LANGUAGES), place
        assert HAN.search(re.sub(r"{[{%].*?[%}]}", "", text["zh"])) or "{{" in text["zh"], place
        assert re.search("[A-Za-z]{2}", text["en"]), place
        if place not in any_pack.themes:
            assert text["zh"] != text["en"], place


def test_every_field_has_a_chinese_name_and_guidance_in_both_languages() -> None:
    def fields(node: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(node, dict):
            yield from node.get("properties", {}).items()
            for one in node.values():
                yield from fields(one)
        elif isinstance(node, list):
            for one in node:
                yield from fields(one)

    for name in ("common", "personal", "unit", "roster", "waivers"):
        schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
        for key, one in fields(schema):
            assert "$ref" in one or HAN.search(one.get("title", "")), f"{name}: {key}"
            if name in ("common", "personal", "unit") and "description" in one:
                assert re.search("[a-z]{2}.*\\.$", one.get("x-en", "")), f"{name}: {key} has no guidance in English"


def test_a_template_shows_lists_and_texts_of_both_languages() -> None:
    assert say("usage.several-roster", "zh", names=["甲", "乙"]) == "找到不止一份名册：甲、乙；请用 --roster 指明一份"
    assert say("run.usage", "en", text={"zh": "不对", "en": "bad"}) == "wrong use: bad"
