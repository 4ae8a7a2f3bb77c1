"""A template of the office's own is held against what letters bring before any is made of it: what is wrong is told in
Chinese, with its line, and how to write it (engine/output/notices/template_slips.py).
"""

from __future__ import annotations

import io
import zipfile
from typing import get_type_hints

import pytest

from bayang.engine.output.notices.data import NoticeData
from bayang.engine.output.notices.delivery import own_renderer
from bayang.engine.output.notices.template_slips import TemplateSlip, hold
from bayang.engine.output.notices.templates import FOLDER, HEADS, KINDS, environment, known_names, text_renderer
from bayang.engine.output.statistics.circular import FOLDER as CIRCULARS
from bayang.engine.output.statistics.circular import TEMPLATE, _own_renderer
from bayang.engine.text.messages import told


def slip(text: str, form: str = "md") -> str:
    with pytest.raises(TemplateSlip) as caught:
        hold(text, environment(form), NoticeData)
    assert told(caught.value.told, "en").isascii() or set("｛“”") & set(told(caught.value.told, "en"))
    return told(caught.value.told, "zh")


@pytest.mark.parametrize(("text", "said"), [
    ("# {{ titel }}", "第 1 行第 6 个字，没有“titel”；是不是 title"),
    ("\n{% for item in items %}{{ item.nummer }}{% endfor %}", "第 2 行第 32 个字，item 里没有“nummer”；是不是 number"),
    ("{{ title }}{{ item.fact }}", "第 1 行第 15 个字，没有“item”；是不是 items"),
    ("{{ subject.姓名 }}", "第 1 行第 12 个字，subject 里没有“姓名”；可用：kind、id、name"),
    ("{{ contact.fax }}", "第 1 行第 12 个字，contact 里没有“fax”；可用：name、phone、email、address"),
    ("{% for s in sections %}{{ loop.index3 }}{% endfor %}", "第 1 行第 32 个字，loop 里没有“index3”；是不是 index"),
    ("a\n{% for item in items %}\n{{ item.fact }}\n", "第 2 行，{% for … %} 后面没有 {% endfor %}，请补上"),
    ("{% if listed %}\n{% for a in items %}\n{% endif %}",
     "第 3 行，{% endif %} 对不上第 2 行的 {% for %}，这里应当先写 {% endfor %}"),
    ("{{ title }}{% endif %}", "第 1 行，{% endif %} 前面没有和它配对的，请删去，或者在前面补上"),
    ("{% fore a in items %}{% endfor %}", "第 1 行，没有“fore”这种写法；是不是 for"),
    ("# {{ title", "第 1 行，花括号没有写完，两边要成对，例如 {{ title }}、{% endif %}"),
    ("{{ title }}{% if letter = 'missing' %}{% endif %}",
     '第 1 行，比较是不是一样要写两个等号，例如 {% if letter == "missing" %}'),
    ("{% if letter == “missing” %}{% endif %}",
     '第 1 行第 17 个字，花括号里的 “ 认不出；符号和引号要用半角，例如 {% if letter == "missing" %}'),
    ("\n｛｛ title ｝｝", "第 2 行第 1 个字，“｛｛”的花括号要用半角，两个连着写，例如 {{ title }}"),
    ("# { subject.id }", "第 1 行第 3 个字，“{ subject.id }”只有一层花括号，会照样印出来；请写成 {{ subject.id }}"),
    ("请按要求补正。", "里面没有要填的内容，写给谁都一样；请写上要填的，例如 {{ title }}、{{ addressee }}"),
    ("{{ title|uper }}", "第 1 行第 10 个字，没有过滤器“uper”；是不是 upper"),
    ("{{ items }}", "第 1 行第 4 个字，items 是一列，不能直接印出来；请逐个写：{% for one in items %}……{% endfor %}"),
    ("{{ items.fact }}", "第 1 行第 10 个字，items 是一列，要逐个写：{% for one in items %}{{ one.fact }}{% endfor %}"),
    ("{{ subject }}",
     "第 1 行第 4 个字，subject 是几项内容，不能直接印出来；请写其中一项：kind、id、name，例如 {{ subject.kind }}"),
    ("{{ listed }}", "第 1 行第 4 个字，listed 只说是不是，不能直接印出来；请写在条件里：{% if listed %}……{% endif %}"),
    ("{% for one in title %}{% endfor %}",
     "第 1 行第 15 个字，title 不是一列，不能逐个写；可以逐个写的：title_lines、sections、annexes、items"),
    ("{{ title ~ 3 }}{{ title + 3 }}", "第 1 行，文字和数字不能这样算；要连在一起请用 ~，例如 {{ title ~ 3 }}"),
    ("{% include '/etc/passwd' %}", "第 1 行第 4 个字，模板里不能用“include”；能用的有 if、for、set、with、macro"),
    ("{% macro f(one) %}{{ wrong }}{% endmacro %}{{ f(title) }}", "第 1 行第 22 个字，没有“wrong”；可用：" + "、".join((
        *NoticeData.__annotations__, "f", "one"))),
    ("{% macro f(one) %}{{ one }}{% endmacro %}{{ f(titel) }}", "第 1 行第 47 个字，没有“titel”；是不是 title"),
    ("{{ title.upper() }}",
     "第 1 行第 10 个字，模板里不能调用 title.upper；能调用的只有 range，例如 {% for n in range(3) %}"),
    ("{{ title.__class__ }}", "第 1 行第 10 个字，title 里没有“__class__”"),
    ("{{ nothing|default('') }}{% if nothing is defined %}{% endif %}",
     "第 1 行第 4 个字，没有“nothing”；可用：" + "、".join(NoticeData.__annotations__)),
])
def test_what_is_wrong_is_told_with_its_place_and_its_repair(text: str, said: str) -> None:
    assert slip(text) == said


@pytest.mark.parametrize(("text", "said"), [
    ("subject.kind == 'person'", "subject.kind 不会是“person”，这个条件永远不成立；只会是：personal、unit"),
    ("letter in ['missing', 'late']",
     "letter 不会是“late”，这个条件永远不成立；只会是：reminder、missing、mend、correct、verify"),
    ("items[0].level == '必须补正'", "items[…].level 不会是“必须补正”，这个条件永远不成立；只会是：error、warning"),
])
def test_a_condition_that_never_holds_is_told(text: str, said: str) -> None:
    """Else what stands under it is missing in every letter, and what stands under `else` is untrue in some."""
    assert slip(f"{{{{ title }}}}{{% if {text} %}}甲{{% else %}}乙{{% endif %}}").partition("，")[2] == said


@pytest.mark.parametrize("text", [
    "{% set n = counts.error + counts.warning %}{{ n }} {{ title ~ n }} {{ '甲' + title }}",
    "{% for a in annexes if a.shown %}{{ loop.index }}{% for row in a.rows %}{{ row[0]|join }}{% endfor %}{% endfor %}",
    "{% with one = items|first %}{{ one.fact }}{{ (items|last).repair }}{% endwith %}{{ items|length }}",
    "{{ title if listed else number }}{% if subject.kind == 'unit' and not missing %}{{ contact.phone }}{% endif %}",
    "{% set text %}{{ title }}{% endset %}{{ text|upper }}{% for n in range(3) %}{{ n }}{% endfor %}",
    "{% macro f(one, n=2) %}{{ one.fact }}{{ n }}{% endmacro %}{% for a in items %}{{ f(a, n=1) }}{% endfor %}",
    "<style>@media print { body { margin: 0 } }</style>{{ title }}",
])
def test_what_is_right_is_taken(text: str) -> None:
    hold(text, environment("html"), NoticeData)


def test_it_knows_every_kind_of_letter_and_head() -> None:
    hints = get_type_hints(NoticeData, include_extras=True)
    assert (hints["letter"].__metadata__, hints["head"].__metadata__) == (KINDS, HEADS)


def test_those_that_come_along_are_right() -> None:
    for name in known_names():
        own_renderer(name.rpartition(".")[2], (FOLDER / name).read_bytes())
    _own_renderer("docx", (CIRCULARS / TEMPLATE).read_bytes())


def test_a_word_template_is_held_too_and_lines_of_xml_are_not_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(FOLDER / "notice.none.docx") as parts, zipfile.ZipFile(out, "w") as made:
        for name in parts.namelist():
            made.writestr(name, parts.read(name).replace(b"{{ addressee }}", b"{{ adressee }}"))
    with pytest.raises(TemplateSlip) as caught:
        own_renderer("docx", out.getvalue())
    assert told(caught.value.told, "zh") == "没有“adressee”；是不是 addressee"


def test_a_template_may_begin_with_a_mark_of_its_encoding() -> None:
    assert text_renderer("md", "\ufeff{{ title }}".encode())({"title": "甲"}) == "甲".encode()
