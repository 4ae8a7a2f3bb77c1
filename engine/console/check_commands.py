"""The commands that say what a batch is like: a check, and the figures of it."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import click

from ..output.findings import FORMATS
from ..output.findings.setting import Setting
from ..output.statistics import STATISTICS
from ..reading.files import STDIN, as_named, real_path
from ..reading.inputs import refuse_inputs
from ..reading.stores import is_url
from ..records import LEVELS, UsageError
from ..writing import Place
from .batch_options import config_file_of_batch, of_batch
from .checking import Given, checked
from .errors import exit_code
from .options import PLACE, Chosen, cluster_address, for_marking, formats_of, option
from .outputs import files_of, put, summarise, tell_of_next_time
from .progress import Progress
from .settings import Command
from .showing import Showing, of_showing
from .streams import echo
from .surroundings import called, places, summary_file


@click.command("check", cls=Command, help="command.check")
@of_batch
@formats_of(FORMATS)
@option("--fail-on", type=click.Choice([*LEVELS, "never"]), default="error", show_default=True, help="option.fail-on")
@option("--show-values", is_flag=True, help="option.show-values")
@config_file_of_batch
@option("--shown-as", hidden=True, metavar="FOLDER=NAME", help="option.shown-as")
@option("--baseline", type=PLACE, metavar="FILE", help="option.baseline")
@option("--write-baseline", type=PLACE, metavar="FILE", help="option.write-baseline")
@option("--on", callback=cluster_address, metavar="dask://HOST:PORT", help="cluster.option")
@option("--watch", is_flag=True, help="watch.option")
@option("--mark", is_flag=True, callback=for_marking, help="option.mark")
@of_showing
def check(batch: Given, formats: Chosen, fail_on: str, show_values: bool, config_file: str | None,
          shown_as: str | None, baseline: str | None, write_baseline: str | None, on: str | None,
          watch: bool, mark: bool, showing: Showing) -> None:
    if write_baseline and real_path(write_baseline) in map(real_path, files_of(formats)):
        raise UsageError("usage.baseline-file", file=write_baseline)
    if watch and mark:
        raise UsageError("workbook.mark-watch")
    if watch and on:
        raise UsageError("cluster.watch")
    if mark and any(map(is_url, batch.paths)):
        raise UsageError("cluster.mark")
    outputs = [*files_of(formats), *filter(None, (write_baseline, summary_file()))]
    stdin = showing.stdin_name or STDIN

    def look() -> int:
        compiled, result = checked(batch, outputs, show_values=show_values, baseline=baseline,
                                   new_baseline=write_baseline, called=called(shown_as), stdin_name=stdin, on=on)
        code = exit_code(result, fail_on)
        setting = Setting(compiled, batch.lang, places(as_named(batch.paths, stdin), (batch.roster, batch.waivers),
                                                       called(shown_as)),
                          reading=lambda: Progress(batch.progress, batch.lang, "ledger.reading"))
        copies, told = ([], []) if not mark else _marked(batch, result)
        others: list[tuple[Place, bytes]] = []
        if write_baseline:
            from ..batch.baseline import as_baseline

            others.append((write_baseline, as_baseline(result.findings, compiled.pack, result.compared).encode()))
        put(lambda name, shown: FORMATS[name](result, showing.of(setting, shown)), formats, batch.lang,
            code, [*others, *copies], show_values or [path for path, _ in copies])
        with contextlib.suppress(KeyboardInterrupt):        # too late: all is written
            tell_of_next_time(batch.paths, outputs, batch.lang)
            summarise(result, showing.of(setting, False))
            for line in told:
                echo(line, err=True)
        return code

    if watch:
        from .watching import watched

        watched([*batch.paths, *filter(None, (batch.roster, batch.waivers, baseline, batch.folder))], look, batch.lang,
                outputs)
    else:
        sys.exit(look())


def _marked(*given: Any) -> tuple[list[tuple[Place, bytes]], list[str]]:
    from .workbook_commands import marked  # few want that

    return marked(*given)


@click.command("stats", cls=Command, help="command.stats")
@of_batch
@config_file_of_batch
@formats_of(STATISTICS)
@option("--templates", metavar="DIR", help="option.circular-templates")
def stats(batch: Given, config_file: str | None, formats: Chosen, templates: str | None) -> None:
    from ..output.statistics.circular import circular
    from ..output.statistics.counting import count
    from ..output.statistics.tables import report

    makers = STATISTICS | ({"docx": circular(templates)} if templates else {})
    outputs = files_of(formats)
    compiled, result = checked(batch, outputs)
    if templates:
        from pathlib import Path

        refuse_inputs(outputs, lambda: Path(templates).glob("*"))
    code = exit_code(result, "never")
    found = report(count(result, compiled.pack), compiled.pack, batch.lang)
    put(lambda name, shown: makers[name](found, batch.lang), formats, batch.lang, code)
    tell_of_next_time(batch.paths, outputs, batch.lang)
    sys.exit(code)
