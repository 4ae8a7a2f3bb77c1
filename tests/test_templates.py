"""Messages say what Jinja would make of them, and are no more than messages (engine/text/templates.py)."""

from __future__ import annotations

import random

import pytest
from jinja2 import StrictUndefined, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bayang.engine.packs.pack import Pack
from bayang.engine.text.messages import LANGUAGES, Row, Spot, _quoted, catalogue, render
from bayang.engine.text.templates import TemplateError, compiled

JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
JINJA.filters["quoted"] = _quoted
VALUES = [0, 1, 2, 150, -3, "", "x", None, True, Spot(3, "p1", "f"), Row(["a", "b"], "zh"), Row([], "zh")]


def texts(pack: Pack) -> list[str]:
    found = {text for language in LANGUAGES for text in catalogue(language).values()}
    for rule in pack.rules.values():
        for one in (rule.message, rule.remedy, *rule.hints.values()):
            found |= set(one.values())
    return sorted(text for text in found if "{" in text)


def outcome(make: object, given: dict[str, object]) -> str | None:
    try:
        return make(given)
    except Exception:       # a variable that is not there, or of another kind
        return None


def test_every_text_says_what_jinja_makes_of_it(pack: Pack) -> None:
    lot = random.Random(7)
    every = texts(pack)
    chosen = [*lot.sample(every, 200), "a{{ x -}} b", "{%- if x %} a {% endif -%} c", "x {# c #}y{{ x }}\n",
              "{{ x }}\n\n", "{% raw %}{{ x }}{% endraw %}", "{% if x is not defined %}1{% elif x %}2{% endif %}"]
    for text in every:
        compiled(text, {"quoted": _quoted, "length": len, "int": int})
    for text in chosen:
        if "|int" in text:      # Jinja takes what is no number for 0
            continue
        tree = JINJA.parse(text)
        names = sorted(meta.find_undeclared_variables(tree))
        listed = [*VALUES, *(one.value for one in tree.find_all(nodes.Const))]
        for _ in range(10):
            given = {name: lot.choice(listed) for name in names if lot.random() < 0.95}
            made = outcome(JINJA.from_string(text).render, given)
            if "<built-in method" not in (made or ""):      # Jinja reaches into lists; here nothing does
                assert outcome(lambda these, text=text: render(text, these), given) == made, (text, given)


@pytest.mark.parametrize("text", [
    "{{ x() }}", "{{ x.__class__ }}", "{{ [y for y in x] }}", "{{ (lambda: 1)() }}", "{{ x ** 9 }}", "{{ f'{x}' }}",
    "{% for a in x %}{% endfor %}", "{% set a = 1 %}", "{{ x", "{% if x %}", "{% endif %}", "{{ x|upper }}",
    "{{ x := 1 }}", "{{ -x|length }}", "{{ x + y|length }}"])
def test_nothing_else_is_a_message(text: str) -> None:
    with pytest.raises((TemplateError, NameError)):
        compiled(text, {"length": len})({"x": "a", "y": "b"})
