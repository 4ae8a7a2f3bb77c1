"""The editor schemas of pack files: they hold of sound packs, in the pack's own names and languages (docs/packs.md)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator
from running import BUNDLED, WINDOW

from bayang.engine.authoring.published import publish
from bayang.engine.packs.pack import load_pack

FILES = {"plan": "plan.yaml", "theme": "themes/*.yaml", "rules": "families/*.yaml", "words": "words.yaml",
         "calendar": "calendar.yaml"}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("folder", [BUNDLED, WINDOW], ids=["bundled", "window"])
def test_sound_pack_files_fit_their_schema(folder: Path, name: str) -> None:
    schema = publish(load_pack(folder), name)
    Draft7Validator.check_schema(schema)
    for path in folder.glob(FILES[name]):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        assert [error.message for error in Draft7Validator(schema).iter_errors(data)] == [], path


def test_a_pack_in_chinese_alone_has_texts_in_place_of_two_languages(tmp_path: Path) -> None:
    pack = load_pack(WINDOW)
    pack.languages = ("zh",)
    schema = Draft7Validator(publish(pack, "rules", "zh"))
    rule = {"规则编号": "ZZ01", "规则标题": "措施没有写责任人", "适用对象": ["单位", "分理处"], "起始阶段": "整改",
            "级别": "必须补正", "检查": {"必填": {"字段": ["owner"]}},
            "依据": {"方案": [{"条款号": "三"}]}, "补正办法": "请补填。"}
    assert list(schema.iter_errors({"规则族": "ZZ", "规则族标题": "自定", "规则": [rule]})) == []
    for key, wrong in (("适用对象", ["分局"]), ("起始阶段", "收尾"), ("级别", "必须")):
        assert list(schema.iter_errors({"规则族": "ZZ", "规则族标题": "自定", "规则": [rule | {key: wrong}]})), key
