"""The schema files: valid, complete, named in Chinese, and regular enough for the engine to bind (contract §2, 3)."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource

FOLDER = Path(__file__).parent.parent / "schemas"
NAMES = ["common", "findings", "personal", "roster", "unit", "waivers"]
BOUND = [name for name in NAMES if name != "findings"]     # what the engine binds typed text with
SCHEMAS: dict[str, dict] = {
    name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES}
REGISTRY = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values())

KEYWORDS = {
    "$ref", "title", "description", "type", "properties", "required", "additionalProperties", "items",
    "oneOf", "anyOf", "const", "format", "minimum", "x-names", "x-literal", "x-noun", "x-instead", "x-wants", "x-en",
    "x-others",
}
DOCUMENT_KEYWORDS = {"$schema", "$id", "definitions"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


# -- the contract's names, copied by hand: key -> 中文, or (中文, fields inside, through lists too) --------

MEETINGS = ("会议", {"meeting": "会议名称", "date": "日期", "reported": "专题报告"})

PROBLEM = {
    "id": "编号",
    "behaviour": "对应表现",
    "fact": "问题表现",
    "instance": "典型事例",
    "source": "问题来源",
    "found": "发现日期",
    "cause": "思想根源",
    "culture": "文化影响",
    "standard": "整改目标",
    "leader": "责任领导",
    "measures": ("整改措施", {
        "action": "措施", "owner": "责任人", "due": "整改时限", "shared_with": "共用问题",
    }),
    "status": "整改状态",
    "progress": "整改进展",
    "completed": "完成日期",
    "evidence": "佐证材料",
    "next_check": "下次检查日期",
    "deferral": ("延期", {"reason": "延期理由", "until": "延期至"}),
    "acceptance": ("验收", {"by": "验收人", "on": "验收日期"}),
}

ANSWER = {
    "problems": ("问题清单", PROBLEM),
    "none_found": ("未发现问题", {"method": "排查方式", "basis": "依据"}),
    "examined": "逐条对照",
}

BOTH = {
    "report": "报告类型",
    "plan": "活动方案",
    "phase": "所处阶段",
    "submitted": "填报日期",
    "corrected": "补正日期",
    "filled_by": "填报人",
    "reviewed_by": "审核人",
    "approved_by": "签批人",
    "themes": ("八个方面", ANSWER),
    "attachments": "附件",
    "remarks": "备注",
}

PERSONAL = BOTH | {
    "person": ("个人", {
        "id": "人员编号", "name": "姓名", "unit": "单位编号", "post": "职务", "party_member": "党员",
    }),
    "study": ("学习情况", {"form": "形式", "title": "主题", "date": "日期"}),
    "reflection": ("自我剖析", {"self": "自己", "thought": "思想", "duty": "职责", "work": "工作"}),
    "organisation_life": ("组织生活", {"meetings": MEETINGS}),
}

ISSUED = {"document": "文号", "date": "日期"}

UNIT = BOTH | {
    "unit": ("单位", {"code": "单位编号", "name": "单位名称", "level": "层级", "head": "主要负责人"}),
    "contact": ("联系人", {"name": "姓名", "phone": "办公电话"}),
    "leading_group": ("领导小组", {
        "established": "成立日期", "document": "文号", "head": "组长", "first_deputy": "第一副组长",
        "deputies": "副组长", "members": "成员",
        "office": ("办公室", {"location": "设在", "director": "主任"}),
    }),
    "activities": ("学习教育", {"form": "形式", "title": "主题", "date": "日期", "attendance": "参加人数"}),
    "column": ("活动专栏", {"title": "名称", "location": "位置", "opened": "开设日期", "items": "信息条数"}),
    "research": ("调查研究", {
        "taskforce": ("工作专班", {"head": "组长", "deputy": "副组长", "members": "成员"}),
        "methods": "方式", "opinions": "意见建议数",
        "report": ("调研报告", {"title": "题目", "date": "日期"}),
    }),
    "collected": ("个人清单汇总", {"due": "应报", "received": "实报"}),
    "organisation_life": ("组织生活", {
        "three_meetings": "三会一课", "meetings": MEETINGS, "talks": "政治谈话", "appraisal": "民主评议",
        "requests": "请示报告",
    }),
    "case_lessons": ("以案促改", {"gap": "漏洞", "mechanism": "机制"}),
    "incentives": ("考核激励", {
        "appraisal": ("考核评价", ISSUED), "motivation": ("激励", ISSUED), "tolerance": ("容错纠错", ISSUED),
    }),
    "evaluation": ("作风评议", {"form": "形式", "date": "日期", "result": "结果"}),
    "oversight": ("舆论监督", {
        "channels": "渠道", "received": "受理数", "handled": "办结数",
        "commitments": ("公开承诺", {"form": "形式", "date": "日期"}),
    }),
    "inspections": ("监督检查", {"kind": "方式", "date": "日期", "found": "发现问题数", "circular": "通报"}),
    "cadence": ("工作节奏", {
        "weekly": "每周调度",
        "monthly": ("每月主题", {"month": "月份", "theme": "主题"}),
        "quarterly": ("每季通报", {"quarter": "季度", "date": "日期"}),
        "half_yearly": ("半年评估", {"half": "半年", "date": "日期"}),
    }),
    "institutions": ("制度建设", {"title": "名称", "kind": "类别", "date": "日期", "document": "文号"}),
    "statistics": ("问题统计", {
        "total": "问题总数", "done": "整改到位", "partial": "部分到位", "not_started": "未启动",
        "continuing": "持续整改", "closed": "已销号",
    }),
    "summary": ("总结报告", {"date": "日期", "to": "报送单位", "text": "正文", "file": "文件"}),
    "upward_report": ("专题书面报告", {"date": "日期", "to": "报送单位"}),
    "annual_plan": ("年度要点", ISSUED),
    "not_applicable": ("不涉及", {"item": "事项", "reason": "理由", "with": "并入单位"}),
}

ROSTER = {
    "units": ("单位", {
        "code": "单位编号", "name": "单位名称", "level": "层级", "head": "主要负责人", "aliases": "别名",
    }),
    "people": ("人员", {
        "id": "人员编号", "name": "姓名", "aliases": "别名", "unit": "单位编号", "post": "职务",
        "party_member": "党员", "excused": ("免报", {"reason": "理由", "until": "至"}),
    }),
    "extensions": ("延期", {"subject": "对象", "phase": "阶段", "until": "至", "by": "批准人"}),
}

WAIVERS = {
    "waivers": ("免责", {"rule": "规则", "subject": "对象", "reason": "理由", "by": "批准人", "until": "至"}),
}

YES_NO = {"yes": "是", "no": "否"}

# Every listed value, by file and path ([] goes into a list, * into a map of themes).
VALUES = {
    "personal": {
        "report": {"personal": "个人"},
        "person.party_member": YES_NO,
        "organisation_life.meetings[].reported": YES_NO,
    },
    "unit": {
        "report": {"unit": "单位"},
        "organisation_life.meetings[].reported": YES_NO,
        "inspections[].kind": {"supervision": "监督检查", "unannounced": "明察暗访"},
        "institutions[].kind": {"new": "新建", "revised": "修订"},
    },
    "roster": {"people[].party_member": YES_NO},
    "waivers": {},
}
for _kind in ("personal", "unit"):
    VALUES[_kind] |= {
        "themes.*.examined": {"all": "全部"},
        "themes.*.problems[].source": {
            "self": "主动查找", "peer": "互相帮助", "superior": "上级点明", "public": "群众反映",
            "audit": "巡察审计",
        },
        "themes.*.problems[].status": {
            "not_started": "未启动", "partial": "部分到位", "done": "整改到位", "continuing": "持续整改",
            "closed": "已销号",
        },
    }

# Every demand for a field, by file and path.
REQUIRED = {
    "personal": {
        "": ["report", "plan", "phase", "submitted", "person"],
        "person": ["id", "name", "unit"],
    },
    "unit": {
        "": ["report", "plan", "phase", "submitted", "unit"],
        "unit": ["code", "name", "level"],
        "not_applicable[]": ["item", "reason"],
    },
    "roster": {
        "units[]": ["code", "name", "level"],
        "people[]": ["id", "name", "unit"],
        "people[].excused": ["reason"],
        "extensions[]": ["subject", "phase", "until", "by"],
    },
    "waivers": {"waivers[]": ["rule", "subject", "reason", "by", "until"]},
}

# What is left to the pack, and the formats of typed text, by file and path.
X_NAMES = {
    "roster": {"units[].level": "levels", "extensions[].phase": "phases"},
    "waivers": {},
    "personal": {},
    "unit": {"unit.level": "levels", "not_applicable[].item": "fields"},
}
for _kind in ("personal", "unit"):
    X_NAMES[_kind] |= {
        "plan": "plans", "phase": "phases", "themes": "themes", "themes.*.examined[]": "behaviours",
        "themes.*.problems[].behaviour": "behaviours",
    }
IDS = {
    "personal": {"person.id", "person.unit"},
    "unit": {"unit.code"},
    "roster": {"units[].code", "people[].id", "people[].unit", "extensions[].subject"},
    "waivers": {"waivers[].subject"},
}
for _kind in ("personal", "unit"):
    IDS[_kind] |= {"themes.*.problems[].id", "themes.*.problems[].measures[].shared_with[]"}


# -- walking ----------------------------------------

def resolved(ref: str, file: str) -> tuple[dict, str]:
    """The definition that `ref`, standing in `file`, points to, and the file it stands in."""
    target, _, fragment = ref.partition("#")
    name = target.removesuffix(".json") if target else file
    found: Any = SCHEMAS[name]
    for part in fragment.strip("/").split("/"):
        found = found[part]
    return found, name


def follow(schema: dict, file: str) -> tuple[dict, str]:
    return resolved(schema["$ref"], file) if "$ref" in schema else (schema, file)


def children(schema: dict) -> Iterator[tuple[str, dict]]:
    """The schemas directly inside one schema, each with the step to it; references are not followed."""
    for key, one in schema.get("properties", {}).items():
        yield f".{key}", one
    if isinstance(schema.get("additionalProperties"), dict):
        yield ".*", schema["additionalProperties"]
    if "items" in schema:
        yield "[]", schema["items"]
    for one in schema.get("anyOf", ()):
        yield "", one


def written(name: str) -> Iterator[tuple[str, dict]]:
    """Every schema that stands in a file, with its place there."""
    top = SCHEMAS[name]
    rest = [("", top)] + [(f"#{key}", one) for key, one in top.get("definitions", {}).items()]
    while rest:
        place, schema = rest.pop()
        yield place, schema
        rest.extend((place + step, one) for step, one in children(schema))


def reached(name: str) -> Iterator[tuple[str, dict]]:
    """Every schema that a document of a file may meet, with its path, references followed."""
    rest: list[tuple[str, dict, str]] = [("", SCHEMAS[name], name)]
    while rest:
        path, schema, file = rest.pop()
        schema, file = follow(schema, file)
        yield path.removeprefix("."), schema
        rest.extend((path + step, one, file) for step, one in children(schema))


def fields(schema: dict, file: str) -> dict:
    """The fields inside a schema, in the form of the tables above."""
    schema, file = follow(schema, file)
    if "properties" not in schema:
        for _, inner in children(schema):
            found = fields(inner, file)
            if found:
                return found
        return {}
    table = {}
    for key, one in schema["properties"].items():
        inside = fields(one, file)
        table[key] = (one["title"], inside) if inside else one["title"]
    return table


# -- the files ----------------------------------------

@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_file_is_valid_draft_07(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)


@pytest.mark.parametrize("name", NAMES)
def test_file_is_written_as_agreed(name):
    raw = (FOLDER / f"{name}.json").read_bytes()
    assert raw.decode("utf-8") == json.dumps(SCHEMAS[name], ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_the_id_is_the_file_name_and_names_no_host(name):
    assert SCHEMAS[name]["$id"].rpartition("/")[2] == f"{name}.json"
    assert "://" not in SCHEMAS[name]["$id"]


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_leads_to_a_definition(name):
    for place, schema in written(name):
        if "$ref" not in schema:
            continue
        found, file = resolved(schema["$ref"], name)
        assert found in SCHEMAS[file]["definitions"].values(), place
        # beside $ref draft-07 ignores everything: only the names may stand there, and they must be the same
        assert set(schema) <= {"$ref", "title", "description", "x-en"}, place
        for word in ("title", "description"):
            assert schema.get(word, found[word]) == found[word], place
        base = SCHEMAS[name]["$id"]
        assert REGISTRY.resolver(base).lookup(urljoin(base, schema["$ref"])).contents == found, place


def test_every_definition_is_used():
    for name, schema in SCHEMAS.items():
        used = {resolved(one["$ref"], other)[0]["title"] + one["$ref"].rpartition("/")[2]
                for other in NAMES for _, one in written(other) if "$ref" in one}
        for key, definition in schema.get("definitions", {}).items():
            assert definition["title"] + key in used, f"{name}: {key}"


@pytest.mark.parametrize("name", BOUND)
def test_only_the_agreed_keywords(name):
    for place, schema in written(name):
        known = KEYWORDS if place else KEYWORDS | DOCUMENT_KEYWORDS
        assert set(schema) <= known, place
        assert schema.get("format") in {None, "date", "month", "quarter", "half", "id"}, place
        if schema.get("type") == "object":
            assert ("properties" in schema) is (schema["additionalProperties"] is False), place
        if schema.get("type") == "integer":
            assert schema["minimum"] == 0, place
        if "oneOf" in schema:
            assert all(set(one) == {"const", "title"} for one in schema["oneOf"]), place


# -- names ----------------------------------------

@pytest.mark.parametrize("name", NAMES)
def test_everything_has_a_chinese_title_and_guidance(name):
    for place, schema in written(name):
        named = list(schema.get("properties", {}).items()) + list(schema.get("definitions", {}).items())
        for key, one in named + ([("", schema)] if not place else []):
            assert CHINESE.search(one["title"]), f"{place}.{key}"
            assert one["title"] == one["title"].strip(), f"{place}.{key}"
            assert CHINESE.search(one["description"]) and one["description"].endswith("。"), f"{place}.{key}"
            assert len(one["description"]) <= 100, f"{place}.{key}"


@pytest.mark.parametrize("name", NAMES)
def test_no_title_is_used_twice_in_one_place(name):
    for place, schema in written(name):
        for named in (list(schema.get("properties", {}).values()), schema.get("oneOf", [])):
            titles = [one["title"] for one in named]
            assert len(titles) == len(set(titles)), place


@pytest.mark.parametrize("name", NAMES)
def test_chinese_names_stand_in_titles_only(name):
    for place, schema in written(name):
        names = [*schema.get("properties", {}), *schema.get("definitions", {}), *schema.get("required", ())]
        names += [one["const"] for one in schema.get("oneOf", ())]
        assert all(one.isascii() for one in names), place
        assert set(schema.get("required", ())) <= set(schema.get("properties", ())), place


@pytest.mark.parametrize(("name", "table"), [
    ("personal", PERSONAL), ("unit", UNIT), ("roster", ROSTER), ("waivers", WAIVERS)])
def test_fields_are_those_of_the_contract(name, table):
    assert fields(SCHEMAS[name], name) == table


@pytest.mark.parametrize("name", VALUES)
def test_listed_values_are_those_of_the_contract(name):
    found = {path: {one["const"]: one["title"] for one in schema["oneOf"]}
             for path, schema in reached(name) if "oneOf" in schema}
    assert found == VALUES[name]


@pytest.mark.parametrize("name", REQUIRED)
def test_required_fields_are_those_of_the_contract(name):
    found = {path: schema["required"] for path, schema in reached(name) if schema.get("required")}
    assert found == REQUIRED[name]


@pytest.mark.parametrize("name", X_NAMES)
def test_what_the_pack_names_is_left_to_it(name):
    assert {path: schema["x-names"] for path, schema in reached(name) if "x-names" in schema} == X_NAMES[name]


@pytest.mark.parametrize("name", IDS)
def test_identifiers_are_marked(name):
    assert {path for path, schema in reached(name) if schema.get("format") == "id"} == IDS[name]


@pytest.mark.parametrize("name", ["personal", "unit"])
def test_what_is_never_absent_by_a_word(name):
    literal = {path: schema.get("x-instead") for path, schema in reached(name) if schema.get("x-literal")}
    assert literal == {"remarks": None, "themes.*.problems": "none_found"}


# -- documents ----------------------------------------

def errors(name: str, document: Any) -> list[str]:
    checker = Draft7Validator(SCHEMAS[name], registry=REGISTRY, format_checker=Draft7Validator.FORMAT_CHECKER)
    return [f"{one.json_path}: {one.message}" for one in checker.iter_errors(document)]


HEAD = {"plan": "bayang-bazhi", "phase": "inspection", "submitted": "2022-04-20"}
PERSON = {"report": "personal", **HEAD, "person": {"id": "DL-003", "name": "张三", "unit": "DL"}}
OFFICE = {"report": "unit", **HEAD, "unit": {"code": "DL", "name": "东岭分局", "level": "branch"}}


def answer(**parts: Any) -> dict:
    """A personal report with one answer in it."""
    return PERSON | {"themes": {"shigan": parts}}


DOCUMENTS: list[tuple[str, dict, bool]] = [
    ("personal", PERSON, True),
    ("personal", answer(examined="all", none_found={"method": "自查"}), True),
    ("personal", answer(examined=["shigan-01"], problems=[{"id": "1", "status": "done"}]), True),
    ("personal", answer(examined="some"), False),
    ("personal", answer(problems="无"), False),
    ("personal", answer(problems=[{"status": "finished"}]), False),
    ("personal", PERSON | {"submitted": "2022-4-20"}, False),
    ("personal", PERSON | {"unit": OFFICE["unit"]}, False),
    ("personal", PERSON | {"report": "unit"}, False),
    ("personal", PERSON | {"person": {"id": "DL-003", "name": "张三"}}, False),
    ("unit", OFFICE, True),
    ("unit", OFFICE | {"leading_group": {"deputies": "李四、钱七", "members": ["张三"]}}, True),
    ("unit", OFFICE | {"research": {"opinions": 0}}, True),
    ("unit", OFFICE | {"research": {"opinions": -1}}, False),
    ("unit", OFFICE | {"not_applicable": [{"item": "column"}]}, False),
    ("unit", OFFICE | {"person": PERSON["person"]}, False),
    ("roster", {"units": [OFFICE["unit"]], "people": [PERSON["person"]]}, True),
    ("roster", {"people": [PERSON["person"] | {"excused": {"reason": "病假"}}]}, True),
    ("roster", {"people": [PERSON["person"] | {"excused": {"until": "2022-06-30"}}]}, False),
    ("roster", {"extensions": [{"subject": "DL", "phase": "inspection", "until": "2022-05-10"}]}, False),
    ("waivers", {"waivers": [
        {"rule": "PB04", "subject": "DL", "reason": "搬迁", "by": "王五", "until": "2022-06-30"}]}, True),
    ("waivers", {"waivers": [{"rule": "PB04", "subject": "DL", "reason": "搬迁", "by": "王五"}]}, False),
]


@pytest.mark.parametrize(("name", "document", "good"), DOCUMENTS)
def test_documents_in_english_keys(name, document, good):
    assert (errors(name, document) == []) is good


FINDING = {
    "rule": "PB08",
    "name": "measure-incomplete",
    "level": "error",
    "file": "2022/DL-003.yaml",
    "line": 24,
    "column": 9,
    "pointer": "/themes/shigan/problems/0/measures/0/owner",
    "subject": {"kind": "personal", "id": "DL-003", "unit": "DL"},
    "theme": "shigan",
    "phase": "inspection",
    "clause": "四.3",
    "message": "整改措施缺少责任人。",
    "remedy": "补写责任人的姓名。",
    "waived": None,
    "superseded": False,
    "baselined": False,
    "provisional": False,
    "insert": {"line": 22, "column": None, "text": "            责任人: ", "clear": None},
    "fingerprint": "5b1f0c",
}
UNREAD = FINDING | {
    "rule": "IN05", "name": "broken-yaml", "line": 1, "column": 1, "pointer": None, "subject": None,
    "theme": None, "phase": None, "clause": None, "insert": None, "fingerprint": "77aa01",
}
WAIVED = FINDING | {
    "fingerprint": "90cd12", "waived": {"reason": "台账搬迁", "by": "王五", "until": "2022-06-30"},
}
UNASSESSED = {
    "rule": "RC05",
    "file": "2022/DL-003.yaml",
    "line": 30,
    "pointer": "/themes/shigan/problems/0/status",
    "subject": {"kind": "personal", "id": "DL-003", "unit": "DL"},
    "reason": "type",
}
SUBJECT = {"kind": "personal", "id": "P-9", "unit": "U-1"}
RESULT = {
    "format": "bayang/1",
    "pack": "bayang-bazhi",
    "pack_digest": "sha256:0c1d",
    "as_of": "2022-05-01",
    "summary": {
        "files": 3, "reports": 1, "unreadable": 1, "later": 1, "ignored": 2, "subjects": 1,
        "error": 2, "warning": 0, "info": 0, "waived": 1, "baselined": 0, "superseded": 0, "provisional": 0,
        "not_assessed": 2, "statistics": {"anything": [1, 2]},
    },
    "findings": [FINDING, UNREAD, WAIVED],
    "not_assessed": [
        UNASSESSED,
        {"rule": "RO01", "file": None, "line": None, "pointer": None, "subject": None, "reason": "partial"},
    ],
    "ignored": [{"file": "P-9.yaml.txt", "hint": "hidden-extension", "subject": SUBJECT}, {
        "file": "notes.odt", "hint": "word", "subject": None}],
    "standing": [{"subject": SUBJECT, "state": "other-format", "phase": "inspection", "files": ["P-9.yaml.txt"],
                  "findings": 0, "report": {"phase": "education", "filed": "2022-01-20", "refiled": None}}],
    "scope": {"phase": "inspection", "whole": True, "left_out": ["TX01"]},
    "sources": {
        "roster": {"file": "roster.yaml", "digest": "sha256:aa"}, "waivers": None, "config": None,
        "pack": {"file": "rules", "digest": "sha256:0c1d"},
    },
}


def test_findings_accept_a_result():
    assert errors("findings", RESULT) == []


def test_findings_accept_keys_of_a_later_time():
    later = copy.deepcopy(RESULT) | {"new": 1}
    finding = later["findings"][0]
    for part in (later["summary"], finding, finding["subject"], later["not_assessed"][0]):
        part["new"] = 1
    assert errors("findings", later) == []


def test_findings_keep_the_order_of_keys():
    definitions = SCHEMAS["findings"]["definitions"]
    assert list(SCHEMAS["findings"]["properties"]) == list(RESULT)
    assert list(SCHEMAS["findings"]["properties"]["summary"]["properties"]) == list(RESULT["summary"])
    assert list(definitions["finding"]["properties"]) == [*FINDING, "cell", "slips"]      # in workbooks, of several
    assert list(definitions["unassessed"]["properties"]) == list(UNASSESSED)


BREAKAGES: list[Callable[[dict], Any]] = [
    lambda result: result.update(format="bayang/2"),
    lambda result: result.update(as_of="2022-5-1"),
    lambda result: result.update(findings={}),
    lambda result: result["summary"].update(error=-1),
    lambda result: result["summary"].update(statistics=None),
    lambda result: result["findings"][0].update(level="fatal"),
    lambda result: result["findings"][0].update(line=0),
    lambda result: result["findings"][0].update(column="9"),
    lambda result: result["findings"][0].update(message=""),
    lambda result: result["findings"][0].update(rule=None),
    lambda result: result["findings"][0].update(superseded=None),
    lambda result: result["findings"][0].update(subject="DL-003"),
    lambda result: result["findings"][0]["subject"].update(kind="office"),
    lambda result: result["findings"][2]["waived"].pop("by"),
    lambda result: result["not_assessed"][0].update(reason="unknown"),
    lambda result: result["ignored"][0].update(hint="text"),
    lambda result: result["standing"][0].update(state="late"),
    lambda result: result["standing"][0].update(files="P-9.yaml.txt"),
    lambda result: result["sources"].update(roster="roster.yaml"),
    *[lambda result, key=key: result.pop(key) for key in RESULT],
    *[lambda result, key=key: result["summary"].pop(key) for key in RESULT["summary"]],
    *[lambda result, key=key: result["findings"][0].pop(key) for key in FINDING],
    *[lambda result, key=key: result["not_assessed"][0].pop(key) for key in UNASSESSED],
    *[lambda result, key=key: result["sources"].pop(key) for key in RESULT["sources"]],
]


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_findings_refuse_a_broken_result(breakage):
    result = copy.deepcopy(RESULT)
    breakage(result)
    assert errors("findings", result)
