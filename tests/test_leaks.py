"""Nothing that people wrote leaves a report: a canary in every value, and every output, log and error line searched
(contract §5, 8.8); and no command asks the network for anything: what is looked up or connected would fail here
(SECURITY.md).
"""

from __future__ import annotations

import io
import itertools
import json
import re
import shutil
import socket
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from running import FAULTY, ROOT, SAMPLES, bayang, folder_of

from bayang.engine.authoring.examples import base_report
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings import FORMATS
from bayang.engine.packs.pack import Pack
from bayang.engine.records import PackError
from bayang.engine.text.messages import told

CLOCK = "--as-of=2022-08-08"
CANARY = re.compile(rb"(TEXT|QUIET|ROLL)[0-9]{5}")

# Fields by their English names.
STAYS = {"report", "plan", "phase"}         # without these nothing else would be checked
IDS = {"id", "code", "unit"}
FREE = {
    "name", "filled_by", "reviewed_by", "approved_by", "leader", "owner", "by", "head", "first_deputy", "deputies",
    "deputy", "members", "director", "aliases", "post", "title", "self", "thought", "duty", "work", "fact",
    "instance", "cause", "culture", "standard", "action", "progress", "evidence", "method", "basis", "reason",
    "remarks", "location", "gap", "mechanism", "result", "text", "file", "to", "theme", "phone", "document"}
QUIET = {"lianjie", "廉洁"}

Change = Callable[[str, str, bool], str]    # field, value, whether nobody may see it -> value


def english() -> dict[str, set[str]]:
    """Any field's name -> the English names of all fields that are written so."""
    found: dict[str, set[str]] = {}

    def learn(schema: Any) -> None:
        if isinstance(schema, dict):
            for key, one in schema.get("properties", {}).items():
                if isinstance(one, dict):
                    for written in (key, one.get("title", key)):
                        found.setdefault(written, set()).add(key)
            schema = list(schema.values())
        for one in schema if isinstance(schema, list) else ():
            learn(one)

    for name in ("common", "personal", "unit", "roster"):
        learn(json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8")))
    return found


def leaked(data: bytes) -> list[bytes]:
    """The kinds of canaries in it, in letters of any case."""
    return CANARY.findall(data.upper())


ENGLISH = english()
counted = iter(range(10_000, 100_000))


def canary(quiet: bool = False) -> str:
    """A text that stands nowhere else, QUIET where it must never be seen."""
    return f"{'QUIET' if quiet else 'TEXT'}{next(counted)}黄雀"


def changed(value: Any, change: Change, field: str = "", quiet: bool = False) -> Any:
    """Data with every text changed; the items of a list go by the list's field."""
    if isinstance(value, dict):
        return {key: changed(one, change, key, quiet or key in QUIET) for key, one in value.items()}
    if isinstance(value, list):
        return [changed(one, change, field, quiet) for one in value]
    return change(field, value, quiet)


def is_of(field: str, wanted: set[str]) -> bool:
    return bool(ENGLISH.get(field, set()) & wanted)


def free(field: str, value: str, quiet: bool) -> str:
    """A canary for what people write in their own words; the report stays in order."""
    return canary(quiet) if is_of(field, FREE) else value


def of_roster(field: str, value: str, quiet: bool) -> str:
    """A canary for what only the roster knows."""
    return free(field, value, quiet).replace("TEXT", "ROLL")


def everything(field: str, value: str, quiet: bool) -> str:
    """A canary in place of dates, numbers and listed values too."""
    return value if is_of(field, STAYS | IDS) else canary(quiet)


def odd_ids(field: str, value: str, quiet: bool) -> str:
    """IDs that are none."""
    return canary(quiet) + "，号" if is_of(field, IDS) else free(field, value, quiet)


def flat(data: dict) -> dict:
    """A text where a list or a map should be."""
    return {key: value if is_of(key, STAYS) else canary(key in QUIET) for key, value in data.items()}


def deep(data: dict) -> dict:
    """A map or a list where a text should be."""
    return changed(data, lambda field, value, quiet: value if is_of(field, STAYS | IDS) else
                   {canary(quiet): [canary(quiet)]})


def strange_fields(value: Any, quiet: bool = False) -> Any:
    """Fields that no schema knows, in every map."""
    if isinstance(value, dict):
        kept = {key: strange_fields(one, quiet or key in QUIET) for key, one in value.items()}
        return kept | {canary(quiet): canary(quiet)}
    return [strange_fields(one, quiet) for one in value] if isinstance(value, list) else value


def broken(text: str) -> Iterator[str]:
    """The slips that end the reading of a file, each at a line of its own."""
    lines = text.splitlines()
    holding = [at for at, line in enumerate(lines) if CANARY.search(line.encode()) and ": " in line]
    slips = [lambda line: line.replace(": ", "：", 1), lambda line: "\t" + line,
             lambda line: line.replace(": ", ":", 1),
             lambda line: line.replace(": ", ': "', 1), lambda line: line.replace(": ", ": *", 1),
             lambda line: line.replace(": ", ": &a ", 1), lambda line: line.replace(": ", ": !!str ", 1),
             lambda line: f"{line}\n{line}", lambda line: line + "\x07", lambda line: line + "\u2028",
             lambda line: line.replace(": ", ": @", 1), lambda line: "\u3000" + line, lambda line: "－ " + line.strip()]
    for number, slip in enumerate(slips):
        at = holding[number * len(holding) // len(slips)]
        yield "\n".join([*lines[:at], slip(lines[at]), *lines[at + 1:]]) + "\n"


def dumped(data: Any) -> str:
    return yaml.dump(data, allow_unicode=True, sort_keys=False, width=10_000, Dumper=yaml.CSafeDumper)


def typed(path: Path) -> Any:
    """What a file holds, every scalar as a text; None for one that can't be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    except (yaml.YAMLError, UnicodeError):
        return None


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> Path:
    """The samples and the compliant reports, in order and in disorder, with a canary wherever people write."""
    home = tmp_path_factory.mktemp("报送")
    reports = {f"{kind}-{phase}": yaml.load(dumped(base_report(pack, kind, phase)), Loader=yaml.CBaseLoader)
               for kind, phases in (("personal", list(pack.phases)), ("department", list(pack.phases)[-1:]),
                                    ("branch", list(pack.phases)[-1:]), ("bureau", list(pack.phases)[-2:]))
               for phase in phases}
    compliant = set(reports)
    last = list(pack.phases)[-1]
    slipping = [f"{kind}-{last}" for kind in ("personal", "department", "bureau")]
    for file in (SAMPLES / "roster.yaml", *sorted(SAMPLES.glob("*/整改落实/*.yaml"))):
        data = typed(file)
        if isinstance(data, dict):
            reports[file.relative_to(SAMPLES).as_posix().replace("/", "-")] = data
    roster = reports.pop("roster.yaml")
    hidden = changed(roster, of_roster)
    for shown, unit in zip(hidden["单位"], roster["单位"], strict=True):
        shown["单位名称"] = unit["单位名称"]        # every output for people names the units
    (home / "roster.yaml").write_text(dumped(hidden), encoding="utf-8")
    for name, data in reports.items():
        forms = {"free": dumped(changed(data, free)), "all": dumped(changed(data, everything)),
                 "ids": dumped(changed(data, odd_ids)), "fields": dumped(strange_fields(data))}
        if name in compliant:
            forms |= {"flat": dumped(flat(data)), "deep": dumped(deep(data))}
        for form, text in forms.items():
            (home / f"{form}-{name.removesuffix('.yaml')}.yaml").write_text(text, encoding="utf-8")
        if name in slipping:
            for number, text in enumerate(broken(forms["free"])):
                (home / f"broken-{name}-{number}.yaml").write_text(text, encoding="utf-8")
    return home


def some_of(planted: Path, to: Path) -> Path:
    """A copy with fewer of those that are alike: for what says the same of each report."""
    return shutil.copytree(planted, to, ignore=shutil.ignore_patterns(
        "all-*-整改落实-*", "ids-*-整改落实-*", "broken-department-*", "broken-bureau-*"))


def all_of(folder: Path) -> bytes:
    """All bytes of the files in a folder, workbooks unpacked."""
    whole = b""
    for file in sorted(folder.iterdir()):
        data = file.read_bytes()
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                data = b"".join(map(packed.read, packed.namelist()))
        whole += data
    return whole


def check_all(planted: Path, out: Path, *more: str, formats: Iterable[str] = FORMATS) -> tuple[bytes, dict]:
    """Everything that a check with every format says and writes, and its document."""
    out.mkdir()
    formats = [f"--format={name}={out / f'out.{name}'}" for name in formats if name != "text"]
    said = bayang("check", planted, CLOCK, "--progress=always", "--format=text", *formats, *more)
    assert said.returncode == 1, said.stderr.decode()
    assert said.stdout and said.stderr
    return said.stdout + said.stderr + all_of(out), json.loads((out / "out.json").read_bytes())


@pytest.mark.parametrize(("language", "formats"), [("zh", list(FORMATS)), ("en", ["text", "json"])])
def test_no_canary_leaves(planted: Path, tmp_path: Path, language: str, formats: list[str]) -> None:
    whole, document = check_all(planted, tmp_path / "out", f"--lang={language}", "--jobs=2", formats=formats)
    rules = {one["rule"] for one in document["findings"]}
    assert {"IN04", "IN05", "IN07", "IN08", "FM02", "FM03", "FM04", "FM05", "FM08", "FM11", "TX06"} <= rules
    assert len(rules) > 40
    assert leaked(whole) == []


def test_what_nobody_may_see_is_not_shown_on_demand_either(planted: Path, tmp_path: Path) -> None:
    whole, _ = check_all(some_of(planted, tmp_path / "in"), tmp_path / "out", "--show-values")
    assert set(leaked(whole)) == {b"TEXT"}


def test_errors_in_roster_and_waivers_quote_nothing(compiled: Compiled, tmp_path: Path) -> None:
    roster = typed(SAMPLES / "roster.yaml")
    waivers = {"waivers": [{"rule": "CV01", "subject": "P-001", "reason": canary(),
                            "by": canary(), "until": "2022-12-31"}]}
    refused = set()
    for option, data in (("roster", roster), ("waivers", waivers)):
        text = dumped(changed(data, free))
        forms = [*broken(text), dumped(changed(data, everything)), dumped(changed(data, odd_ids)),
                 dumped(deep(data)), dumped(strange_fields(data)), canary(), dumped([canary()])]
        for number, form in enumerate(forms):
            file = tmp_path / f"{option}-{number}.yaml"
            file.write_text(form, encoding="utf-8")
            try:
                run([str(SAMPLES / "市局/整改落实/P-002.yaml")],
                    Options(as_of="2022-08-08", **{option: str(file)}), compiled)
            except PackError as fault:
                refused.add((option, number))
                for language in ("zh", "en"):
                    assert leaked(told(fault, language).encode()) == [], form
    assert len(refused) > 30
    said = bayang("check", SAMPLES, CLOCK, "--roster", file)
    assert (said.returncode, said.stdout, leaked(said.stderr)) == (2, b"", [])


# -- no command asks the network -----------------------------------------------------------------------------------

ASKS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto",
        "urllib.Request")


def offline() -> None:
    def hook(event: str, arguments: object) -> None:
        if event in ASKS:
            raise AssertionError(event)

    sys.addaudithook(hook)


def test_no_command_asks_the_network(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", FAULTY, SAMPLES / "roster.yaml")
    day = ("--as-of", "2022-08-08")
    every = itertools.chain(*(["--format", f"{name}=a.{name}"] for name in FORMATS))
    for command in (["check", "in", *day, *every], ["check", "http://127.0.0.1:9/a.yaml", *day],
                    ["notice", "in", *day, "--to", "letters", "--format", "docx,html,md"],
                    ["schema", "personal"]):
        said = bayang(*command, cwd=tmp_path, before=offline)
        assert said.returncode in (0, 1, 2) and b"AssertionError" not in said.stderr, said.stderr.decode()
    asking = bayang("schema", "personal", before=lambda: (offline(), socket.getaddrinfo("localhost", 9)))
    assert b"AssertionError: socket.getaddrinfo" in asking.stderr
