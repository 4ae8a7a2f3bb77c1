"""What the tests of letters share: an office checked on a day, and the letters that follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.notices.content import Notice, compose
from bayang.engine.output.notices.settings import Settings, Terms

DAY = "2022-02-05"          # the first phase has closed


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
