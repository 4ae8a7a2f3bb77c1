"""By which fields the engine finds things is data: no field is named in Python but where a reason is given
(docs/packs.md).
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running import ROOT, WINDOW, own_pack

from bayang.engine.packs.pack import load_pack
from bayang.engine.reading.roles import defaults
from bayang.engine.records import PackError
from bayang.engine.text.messages import LANGUAGES, told

# Field names that also stand in Python as words of something else: what that is.
WORDS = {
    "report plan phase": "what every form has",
    "id name title text file kind level unit phase theme form date month quarter half count": "of findings, of types",
    "items found reason until by head code": "keys of JSON Schema, of rosters and waivers, parts of texts and pages",
    "item self to on column location source total done closed partial": "other words, in other documents, of options",
    "basis contact plan fact gap summary statistics remarks self": "parts of rules, of letters and of circulars",
    "themes sources institutions problems person": "names of tables and texts, folders of a pack, x-names of schemas",
    "examined attachments behaviour phone due received cadence": "check kinds, facts and columns",
}
ALLOWED = {word for words in WORDS for word in words.split()}
OF_ROLES = ("roles.py", "plan_roles.py")        # which name the roles themselves


def field_names(schema: Any) -> Iterator[str]:
    """The English names of all fields in a schema."""
    if isinstance(schema, dict):
        for name, one in schema.items():
            if name == "properties":
                yield from one
            yield from field_names(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from field_names(one)


FIELDS = {name for file in ("personal", "unit", "common")
          for name in field_names(json.loads((ROOT / "schemas" / f"{file}.json").read_text(encoding="utf-8")))}


def test_no_field_is_named_in_python() -> None:
    wrong = []
    for path in sorted((ROOT / "engine").rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}     # docstrings
        texts = [(node.lineno, node.value) for node in nodes
                 if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said]
        allowed = ALLOWED | (defaults().keys() if path.name in OF_ROLES else set())
        wrong += [(path.name, line, text) for line, text in texts if text in FIELDS - allowed or (
            ("[]." in text or ".*" in text or text.startswith("/") and not text.startswith("/proc"))
            and any(part in FIELDS for part in text.replace("[]", "").strip("/").replace("/", ".").split("."))
            and text.strip("/") not in ("report", "plan", "phase", "themes"))]
    assert wrong == []


def pack_with(tmp_path: Path, plan: str, fields: str = "") -> Path:
    text = (WINDOW / "plan.yaml").read_text(encoding="utf-8") + plan
    return own_pack(tmp_path, {"plan.yaml": text} | ({"fields.yaml": fields} if fields else {}))


def test_the_shared_form_has_every_role() -> None:
    roles = load_pack().roles
    assert (roles.filed, roles.refiled, roles.themes) == ("submitted", "corrected", "themes")
    assert roles.identity == {"personal": ("person", "id"), "unit": ("unit", "code")}
    assert roles.done == {"done", "closed"}
    assert set(defaults()) >= {"filed", "themes", "problems", "state", "done"}


def test_another_field_takes_a_role(tmp_path: Path) -> None:
    fields = """\
hide: ["themes.*.problems[].source", submitted]
add:
- {field: "themes.*.problems[].origin", title: 线索, type: choice, values: {firm: 企业反映, own: 自查}}
- {field: handed_in, title: 交表日期, type: date, after: phase}
"""
    pack = load_pack(pack_with(
        tmp_path, '\nform: {source: "三个方面.*.problems[].线索", filed: 交表日期}\n', fields))
    assert (pack.roles.source, pack.roles.filed) == ("origin", "handed_in")
    assert pack.shapes["unit"].form is not None
    assert pack.shapes["unit"].form.roles is pack.roles


@pytest.mark.parametrize(("said", "words"), [
    ("{state: \"themes.*.problems[].statu\"}", "是不是 status"),
    ("{state: status}", "themes.*.problems[].status"),
    ("{done: [finished]}", "可用 not_started"),
    ("{filed: }", ""),
])
def test_a_role_that_leads_nowhere_is_said(tmp_path: Path, said: str, words: str) -> None:
    folder = pack_with(tmp_path, f"\nform: {said}\n")
    if not words:
        assert load_pack(folder).roles.filed == "submitted"
        return
    with pytest.raises(PackError) as fault:
        load_pack(folder)
    assert fault.value.file == "plan.yaml"
    assert words in told(fault.value, "zh")
    assert all(told(fault.value, language) for language in LANGUAGES)
