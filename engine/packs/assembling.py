"""Puts a pack together of its files: plan, themes, form, words, calendar, rules; what is wrong in them is gathered."""

from __future__ import annotations

import zoneinfo
from pathlib import Path
from typing import Any

from ..reading.intake import line_in
from ..reading.report import Doc
from ..recording import replace
from ..records import PackError
from ..text.messages import LANGUAGES, say
from .families import Families
from .inheriting import own_words
from .loading import Loader
from .own_fields import FILE as FIELDS
from .own_fields import own_form, own_titles, renamed
from .own_figures import own_figures
from .pack import KINDS, Pack
from .pack_files import BUNDLED, is_there, shown
from .paths_written import FieldPaths
from .plan import Behaviour, Phase, Theme
from .plan_roles import roles_of
from .word_lists import hold_words


def assemble(loader: Loader) -> Pack | None:
    """The pack in a loader's folder; what is wrong is in the loader's `faults`, and rules at fault are left out.

    None where more than single rules is at fault.
    """
    folder = loader.folder
    if not is_there(folder / "plan.yaml"):
        raise PackError(str(folder), 1, "pack.no-plan")
    plan = _plan(loader)
    themes, count = _themes(loader)
    edits = loader.sound(folder / FIELDS, "fields") if is_there(folder / FIELDS) else None
    schemas = own_form(KINDS, plan, count, edits, loader.is_chinese(FIELDS), loader.faults) \
        if plan and themes and folder != Path(BUNDLED) else {}
    words = _word_lists(loader)
    calendar: Doc | dict[str, Any] = {}
    if is_there(folder / "calendar.yaml"):
        calendar = loader.sound(folder / "calendar.yaml", "calendar") or {}
    text = loader.text
    unassigned = _unassigned(loader, plan)
    if plan is None or loader.faults:
        Families(loader, plan, text).rules()
        return None
    words["other"] = plan["other"]["name"]["zh"]
    head = plan["plan"]
    pack = Pack(
        id=head["id"], name=head["name"], title=head["title"],
        report_title=plan.get("report_title") or {one: say("own.report", one) for one in LANGUAGES},
        timezone=head["timezone"], start=head["campaign"]["start"], end=head["campaign"]["end"], roll=head["roll"],
        phases={one["id"]: Phase(one["id"], one["name"], one["start"], one["end"]) for one in plan["phases"]},
        levels={one["id"]: one["name"] for one in plan["levels"]}, themes=themes,
        other=plan["other"]["id"], parts={one["part"]: one["text"] for one in plan.get("parts", ())},
        uncheckable=list(plan.get("uncheckable", ())), rules={}, digest="", folder=str(folder),
        languages=loader.written.languages, schemas=schemas, figures=own_figures(schemas),
        titles=own_titles(schemas, plan), text=text if loader.examples else None,
        common=text.characters if text else {}, _words=words, _calendar=calendar, _unassigned=unassigned)
    loader.written = replace(loader.written, paths=FieldPaths(lambda: [*pack.shapes.values()]))
    behaviour = next(iter(pack.behaviours), pack.other)
    families = Families(loader, plan, text, own_words(renamed(pack.titles), behaviour, pack.end))
    pack.rules, pack.digest = families.rules(), loader.digest.hexdigest()
    pack.taken = {ident: families.entries[at] for ident, at in families.by.items()}
    pack.files = (*map(str, (*loader.files, *folder.glob("bases/*.yaml"), *folder.glob("unicode/*.yaml"))),)
    if families.broken:
        return None
    if "form" in plan:
        pack.roles = roles_of(plan, pack.shapes, loader.faults)
        del pack.shapes     # they know the roles
    return pack


def _plan(loader: Loader) -> Doc | None:
    """The plan; from then on the loader knows how the pack writes."""
    plan = loader.sound(loader.folder / "plan.yaml", "plan")
    if plan is None:
        return None
    head = plan["plan"]
    try:
        zoneinfo.ZoneInfo(head["timezone"])
    except (KeyError, OSError, ValueError):
        line = head.src.at[head.written("timezone")].line + 1
        loader.faults.append(PackError("plan.yaml", line, "pack.timezone"))
    for part in ("phases", "levels"):
        seen: dict[str, int] = {}
        for at, one in enumerate(plan[part]):
            line = line_in(plan.src, part, at)
            twice = next((name for name in (one["id"], one["name"]["zh"]) if name in seen), None)
            if twice:
                loader.faults.append(PackError("plan.yaml", line, "pack.repeated", part=part, name=twice,
                                               first=seen[twice]))
            seen |= {one["id"]: line, one["name"]["zh"]: line}
    return plan


def _unassigned(loader: Loader, plan: Doc | None) -> str:
    """The code points without meaning in the Unicode version that the plan names."""
    if plan is None:
        return ""
    found = loader.sound(Path(BUNDLED, "unicode", f"{plan['plan']['unicode']}.yaml"), "unicode")
    return found["unassigned"] if found else ""


def _themes(loader: Loader) -> tuple[dict[str, Theme], int]:
    """The themes by ID, in the order of the plan, and how many files there are of them: one at fault counts too."""
    paths = loader.listed("themes")
    themes = [_theme(bound) for path in paths if (bound := loader.sound(path, "theme")) is not None]
    if not paths:
        loader.faults.append(PackError("themes", 1, "pack.no-themes"))
    return {theme.id: theme for _, theme in sorted(themes, key=lambda one: one[0])}, len(paths)


def _theme(bound: Doc) -> tuple[int, Theme]:
    behaviours = tuple(Behaviour(one["id"], one["text"], one["leaning"], one.get("en", ""))
                       for one in bound.get("behaviours", ()))
    return bound["seq"], Theme(bound["id"], bound["name"], bound.get("virtue"), bound.get("habit"), bound["clause"],
                               bound["heading"], tuple(bound.get("upholds", ())), bound.get("sensitive", False),
                               behaviours)


def _word_lists(loader: Loader) -> dict[str, Any]:
    """The word lists that come along, and the pack's own in their places."""
    words: dict[str, Any] = {}
    for path in (Path(BUNDLED, "words.yaml"), loader.folder / "words.yaml"):
        bound = loader.sound(path, "words") if is_there(path) else None
        if bound is None:
            continue
        if path.parent != Path(BUNDLED):      # those that come along are held by the tests
            loader.faults += hold_words(bound.src, shown(path, loader.folder))
        words |= bound["words"]
    return words
