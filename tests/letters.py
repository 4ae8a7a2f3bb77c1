"""What the tests of letters share: an office checked on a day, and the letters that follow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from running import as_json

from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.notices.content import Notice, compose
from bayang.engine.output.notices.rounds import load_previous
from bayang.engine.output.notices.settings import Settings, Terms

DAY, SECOND = "2022-02-05", "2022-02-15"        # the first phase has closed; no other by then


def checked(office: Any, compiled: Compiled, as_of: str = DAY, folder: Path | None = None, **options: Any) -> Result:
    """The result of a day, with the office's roster; of its folder of reports, unless another is given."""
    roster = str(office.office / "roster.yaml")
    return run([str(folder or office.reports)], Options(as_of, roster=roster, **options), compiled)


def letters(result: Result, compiled: Compiled, book: Any = None, **terms: Any) -> dict[tuple[str, str], Notice]:
    """The letters by ID and kind; a reply is asked for on the day of the check, unless it is said when."""
    made = compose(result, compiled, Settings(), Terms(**{"reply_by": result.as_of} | terms), book)
    return {(one.ident, one.letter): one for one in made.listed}


def body(one: Notice) -> str:
    """What a letter says, without its annexes."""
    return "\n".join([one.data["title"], one.data["addressee"], one.data["basis"], *(
        part for section in one.data["sections"] for part in (section["heading"], *(
            line["lead"] + line["text"] for line in section["paragraphs"])))])


def bodies(result: Result, compiled: Compiled, book: Any = None, **terms: Any) -> dict[tuple[str, str], str]:
    """What all letters say."""
    return {key: body(one) for key, one in letters(result, compiled, book, **terms).items()}


def kept(result: Result, file: Path) -> str:
    """The file in which a result is kept as one that a later round is held against."""
    file.write_bytes(as_json(result))
    return str(file)


def rounds(office: Any, compiled: Compiled, tmp_path: Path, change: Callable[[], Any], days: tuple[str, str] = (
        DAY, SECOND), folder: Path | None = None, **terms: Any) -> dict[tuple[str, str], Notice]:
    """The second letters, after a change; of the second check the folder may be another."""
    first = kept(checked(office, compiled, days[0]), tmp_path / "first.json")
    change()
    now = checked(office, compiled, days[1], folder)
    return letters(now, compiled, previous=load_previous(first, now), **terms)
