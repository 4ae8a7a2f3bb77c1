"""The commands for the writers of a pack: `bayang rules ...`, and what a pack says of a rule or of a form."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ..authoring.published import KEYS, NAMES
from ..judging.compile import Compiled
from ..judging.strict import Flaw
from ..packs.pack import Pack
from ..packs.pack_files import BUNDLED, is_there
from ..reading.inputs import refuse_inputs
from ..records import LEVELS, UsageError
from ..text.lines import safe, wrap
from ..text.messages import say
from ..text.wording import width
from .checking import pack_of
from .options import PLACE, in_language, of_pack, offer_rules, option
from .outputs import put_files
from .settings import Command, Group
from .streams import echo
from .usage import BadValue
from .watching import watched


@click.group(cls=Group, help="command.rules")
def rules() -> None:
    """What is for the writers of a pack."""


@rules.command("list", help="command.rules-list")
@of_pack
@in_language
def rules_list(folder: str | None, lang: str) -> None:
    for line in _listing(pack_of(folder), lang):
        echo(line)


def _listing(pack: Pack, language: str) -> Iterator[str]:
    """All rules, each with its levels, its first phase, its name and its title."""
    def called(key: str, ident: str) -> str:    # the IDs are English; those of phases stay, as `inherit` names them
        return ident if language == "en" else say(key, language)

    rows = [(rule.id, "/".join(called(f"level.{level}", level) for level in LEVELS if level in rule.levels),
             called("reference.any", "any") if rule.first == "any" else rule.first, rule.name)
            for rule in pack.rules.values()]
    sizes = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row, rule in zip(rows, pack.rules.values(), strict=True):
        head = "".join(f"{cell}{' ' * (size - width(cell))}  " for cell, size in zip(row, sizes, strict=True))
        yield from wrap(rule.title[language], head, " " * width(head))


@rules.command("test", help="command.rules-test")
@click.argument("rule", required=False, metavar="[RULE]", shell_complete=offer_rules)
@of_pack
@in_language
def rules_test(rule: str | None, folder: str | None, lang: str) -> None:
    from ..authoring.examples import run_examples
    from ..authoring.inherited import run_inherited
    from ..authoring.reference import rule_called

    compiled = Compiled(pack_of(folder))
    chosen = [rule_called(compiled.pack, rule)] if rule else list(compiled.pack.rules.values())
    passed = failed = 0
    for outcome in run_examples(compiled, chosen, language=lang):
        passed, failed = passed + (not outcome.fault), failed + bool(outcome.fault)
        if outcome.fault:
            echo(f"{outcome.rule} {outcome.side} {outcome.number}: {outcome.fault}")
    echo(say("run.examples", lang, passed=passed, failed=failed))
    held, unmade = run_inherited(compiled, chosen)
    if held or unmade:
        echo(say("run.inherited", lang, held=held, unmade=unmade))
    sys.exit(1 if failed else 0)


@rules.command("examples", help="command.rules-examples")
@click.argument("rule", metavar="RULE", shell_complete=offer_rules)
@of_pack
@in_language
def rules_examples(rule: str, folder: str | None, lang: str) -> None:
    from ..authoring.proposing import Proposal
    from ..authoring.reference import rule_called

    compiled = Compiled(pack_of(folder))
    chosen = rule_called(compiled.pack, rule)
    echo(Proposal(compiled, chosen, lang).text(), nl=False)
    echo(say("propose.read", lang, rule=chosen.id), err=True)


@rules.command("trace", help="command.rules-trace")
@click.argument("plan", required=False, type=PLACE, metavar="[PLAN.txt]")
@of_pack
@in_language
def rules_trace(plan: str | None, folder: str | None, lang: str) -> None:
    from ..authoring.trace import own_plan, read_plan, show_trace, trace

    if plan and Path(plan).is_dir():
        raise UsageError("usage.folder", typed=plan)
    pack = pack_of(folder)
    found = trace(pack, read_plan(Path(plan)) if plan else own_plan(pack))
    for line in show_trace(found, lang):
        echo(line)
    sys.exit(1 if found.uncited or found.astray else 0)


@rules.command("lint", help="command.rules-lint")
@click.argument("place", required=False, type=PLACE, metavar="[DIR]")
@of_pack
@in_language
def rules_lint(place: str | None, folder: str | None, lang: str) -> None:
    from ..authoring.lint import lint  # jsonschema takes long to load

    sys.exit(1 if _tell(lint(Path(place or folder or BUNDLED)), lang) else 0)


@rules.command("watch", help="command.rules-watch")
@click.argument("place", type=PLACE, metavar="DIR")
@in_language
def rules_watch(place: str, lang: str) -> None:
    from ..authoring.lint import lint

    watched([place], lambda: _tell(lint(Path(place)), lang), lang, err=False)


def _tell(flaws: Sequence[Flaw], language: str) -> Sequence[Flaw]:
    for flaw in flaws:
        echo(safe(say("lint.line", language, file=flaw.file, line=flaw.line, check=flaw.check,
                      text=flaw.text(language))))
    echo(say("lint.totals" if flaws else "lint.clean", language, count=len(flaws)))
    return flaws


@rules.command("init", help="command.rules-init")
@click.argument("to", type=PLACE, metavar="DIR")
@option("--plan", "file", required=True, type=PLACE, metavar="PLAN.txt", help="option.init-plan")
@option("--id", "name", default="plan", show_default=True, metavar="ID", help="option.init-id")
@in_language
def rules_init(to: str, file: str, name: str, lang: str) -> None:
    from ..authoring.draft import draft, listed
    from ..authoring.trace import read_plan

    folder = Path(to)
    if is_there(folder / "plan.yaml"):
        raise UsageError("draft.there", folder=folder)
    made = draft(read_plan(Path(file)), name)
    put_files([(folder / path, data) for path, data in made.files.items()],
              list(listed(made, folder, lang)), lang)


@rules.command("docs", help="command.rules-docs")
@option("--to", default="docs", show_default=True, type=PLACE, metavar="DIR", help="option.docs-to")
@option("--check", "only_check", is_flag=True, help="option.only-check")
@of_pack
@in_language
def rules_docs(to: str, only_check: bool, folder: str | None, lang: str) -> None:
    from ..authoring.reference import FILES, reference

    compiled = Compiled(pack_of(folder))
    pages = [(Path(to) / name, reference(compiled, language).encode()) for language, name in FILES.items()]
    if only_check:
        stale = [path for path, data in pages if not path.is_file() or path.read_bytes() != data]
        for path, _ in pages:
            echo(say("reference.stale" if path in stale else "reference.current", lang, file=path))
        sys.exit(1 if stale else 0)
    refuse_inputs([path for path, _ in pages], lambda: compiled.pack.files)
    put_files(pages, [say("reference.written", lang, file=path) for path, _ in pages], lang)


class _SchemaNames(click.Choice[str]):
    """The names of schemas; a folder in the place of one is that of a pack."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices and Path(value).is_dir():
            raise BadValue("usage.folder", typed=value)
        return super().convert(value, param, ctx)


@click.command("explain", cls=Command, help="command.explain")
@click.argument("rule", metavar="RULE", shell_complete=offer_rules)
@of_pack
@in_language
def explain_rule(rule: str, folder: str | None, lang: str) -> None:
    from ..authoring.reference import explain

    echo(explain(Compiled(pack_of(folder)), rule, lang), nl=False)


@click.command("schema", cls=Command, help="command.schema")
@click.argument("name", type=_SchemaNames(NAMES), metavar="|".join(NAMES))
@option("--keys", type=click.Choice(KEYS), default="en", show_default=True, help="option.keys")
@of_pack
@in_language
def print_schema(name: str, keys: str, folder: str | None, lang: str) -> None:
    from ..authoring.published import publish

    echo(json.dumps(publish(pack_of(folder), name, keys), ensure_ascii=False, indent=2))
