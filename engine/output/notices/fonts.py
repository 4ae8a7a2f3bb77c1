"""The official fonts of notices, and the fontconfig file that lets others stand in for them in a PDF."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path


@cache
def fonts() -> dict[str, tuple[str, list[str]]]:
    """Part -> (official name, what may stand in for it, best first)."""
    import yaml

    with open(Path(__file__).with_name("fonts.yaml"), encoding="utf-8") as file:
        listed = yaml.load(file, Loader=yaml.CSafeLoader)
    return {part: (one["name"], one["instead"]) for part, one in listed.items()}


def font_rules(above: str | None) -> str:
    """A fontconfig file with the stand-ins beside all that the system, or the file `above`, has."""
    rules = "\n".join(
        f'<match target="pattern"><test name="family"><string>{escape(name)}</string></test>'
        f'<edit name="family" mode="assign" binding="strong">'
        + "".join(f"<string>{escape(other)}</string>" for other in (name, *instead)) + "</edit></match>"
        for name, instead in fonts().values())
    return ('<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
            f'<include ignore_missing="yes">{escape(above or "/etc/fonts/fonts.conf")}</include>\n{rules}\n'
            "</fontconfig>\n")
