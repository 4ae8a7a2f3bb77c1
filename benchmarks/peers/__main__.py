"""bayang beside what people use else for YAML files: python benchmarks/peers [COUNT [ROUNDS]]   (1000 3 unless given)

One table: files per CPU-second, seconds by the clock and memory of whole processes, for the same personal reports of
which one in ten has a finding; and which of the faults listed below each tool sees. It fetches check-jsonschema with
pip and Spectral with npm into a folder of its own, which it removes (BAYANG_PEERS=FOLDER keeps it for the next time);
without npm Spectral is left out and said so. The tools get the schema that `bayang schema personal` prints, Spectral
some twenty rules more (spectral.yaml). Not on Windows.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from costs import Cost, cost  # noqa: E402  (its folder is on the path just now)
from reports import make, plain_report  # noqa: E402

from bayang.engine.authoring.examples import change, dump  # noqa: E402
from bayang.engine.packs.pack import Pack, load_pack  # noqa: E402

Command = Callable[[Path], list[str | Path]]        # of a folder of reports

_FIRST = "/themes/shigan/problems/0"
_DUE = f"{_FIRST}/measures/0"

# What is done to a clean report; a name of the fault.
FAULTS: dict[str, Callable[[dict], None]] = {
    "a required field is missing": lambda report: change(report, {}, [f"{_FIRST}/cause"]),
    "a field that there is not": lambda report: change(report, {f"{_FIRST}/reason": "x"}, ()),
    "a value that is not listed": lambda report: change(report, {f"{_FIRST}/source": "hearsay"}, ()),
    "no date where one belongs": lambda report: change(report, {f"{_DUE}/due": "长期"}, ()),
    "an empty text": lambda report: change(report, {f"{_FIRST}/fact": ""}, ()),
    "a placeholder in a text": lambda report: change(report, {f"{_FIRST}/fact": "在XX企业走访时记录不全"}, ()),
    "nobody in particular is the owner": lambda report: change(report, {f"{_DUE}/owner": "各科室"}, ()),
    "the behaviour of another theme": lambda report: change(
        report, {f"{_FIRST}/behaviour": report["themes"]["dandang"]["problems"][0]["behaviour"]}, ()),
    "due before it was found": lambda report: change(report, {f"{_DUE}/due": "2022-02-01"}, ()),
    "one number for two problems": lambda report: change(
        report, {f"{_FIRST}/id": report["themes"]["dandang"]["problems"][0]["id"]}, ()),
    "a date that the calendar lacks": lambda report: change(report, {f"{_DUE}/due": "2022-06-31"}, ()),
}
# What is done to the bytes of a folder with one clean report.
FOLDERS: dict[str, Callable[[Path, bytes], object]] = {
    "a key that stands twice": lambda folder, data: (folder / "a.yaml").write_bytes(data + b"phase: inspection\n"),
    "the text of somebody else": lambda folder, data: (folder / "b.yaml").write_bytes(
        data.replace(b"B-000000", b"B-000001")),
    "somebody has not filed": lambda folder, data: (folder / "roster.yaml").write_text(
        "units: [{code: U-1, name: 一分局, level: branch}]\npeople: [{id: B-000009, name: 张三, unit: U-1}]\n",
        encoding="utf-8"),
}


@contextmanager
def peers() -> Iterator[dict[str, Command]]:
    """The commands by their names; those that could be had."""
    kept = os.environ.get("BAYANG_PEERS")
    home = Path(kept or tempfile.mkdtemp())
    try:
        yield _commands(home)
    finally:
        if not kept:
            shutil.rmtree(home)


def _commands(home: Path) -> dict[str, Command]:
    schema, rules, python = home / "personal.json", home / "spectral.json", home / "venv/bin/python"
    home.mkdir(parents=True, exist_ok=True)
    schema.write_bytes(subprocess.run([sys.executable, "-m", "bayang", "schema", "personal"], check=True,
                                      stdout=subprocess.PIPE).stdout)
    asked = yaml.safe_load((HERE / "spectral.yaml").read_text(encoding="utf-8"))
    asked["rules"]["report-schema"]["then"]["functionOptions"]["schema"] = json.loads(schema.read_bytes())
    rules.write_text(json.dumps(asked), encoding="utf-8")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", "check-jsonschema", "PyYAML", "jsonschema"], check=True)
    found: dict[str, Command] = {
        "bayang": lambda folder: [sys.executable, "-m", "bayang", "check", folder, "--no-cache", "--as-of",
                                  "2022-05-06", "--fail-on", "warning"],
        "PyYAML + jsonschema": lambda folder: [python, HERE / "loop.py", schema, *_reports(folder)],
        "check-jsonschema": lambda folder: [
            home / "venv/bin/check-jsonschema", "--schemafile", schema, *_reports(folder)],
    }
    spectral = home / "node_modules/.bin/spectral"
    if not spectral.exists() and shutil.which("npm"):
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "@stoplight/spectral-cli"],
                       cwd=home, check=True)
    if spectral.exists():
        found["Spectral"] = lambda folder: [spectral, "lint", "--ruleset", rules, *_reports(folder)]
    else:
        print("Spectral is left out: there is no npm")
    return found


def _reports(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.yaml") if file.name != "roster.yaml")


def seen(commands: dict[str, Command], pack: Pack) -> tuple[dict[str, dict[str, bool]], set[str]]:
    """Of each tool, by the fault: whether its exit status tells a report with the fault from one without; and the tools
    that repeat what the person wrote in fields that have nothing to do with it.
    """
    told: dict[str, dict[str, bool]] = {name: {} for name in commands}
    repeated, words = set(), plain_report(pack, 0)["themes"]["lianjie"]["problems"][0]["fact"].encode()
    with tempfile.TemporaryDirectory() as name:
        folder, clean = Path(name), dump(plain_report(pack, 0))
        for fault in ("", *FAULTS, *FOLDERS):
            for file in folder.iterdir():
                file.unlink()
            report = plain_report(pack, 0)
            if fault in FAULTS:
                FAULTS[fault](report)
            (folder / "a.yaml").write_bytes(dump(report))
            if fault in FOLDERS:
                FOLDERS[fault](folder, clean)
            for tool, command in commands.items():
                _, status, said = cost(command(folder))
                told[tool][fault] = status != 0
                repeated |= {tool} if words in said else set()
                assert fault or not told[tool][""], f"{tool}: a clean report is not clean"
    return told, repeated


def main(count: int, rounds: int) -> None:
    """Measure and print."""
    pack = load_pack()
    with peers() as commands, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, count)
        for number in range(0, count, 10):
            report = plain_report(pack, number)
            FAULTS["a value that is not listed"](report)
            (folder / f"B-{number:06d}.yaml").write_bytes(dump(report))
        costs: dict[str, list[Cost]] = {tool: [] for tool in commands}
        for _ in range(rounds):
            for tool, command in commands.items():
                used, status, _ = cost(command(folder))
                assert status == 1, f"{tool} ended with {status}"
                costs[tool].append(used)
        told, repeated = seen(commands, pack)
    ours = statistics.median(used.cpu for used in costs["bayang"])
    print(f"{count} reports, one in ten with a finding, {rounds} rounds in turns, medians\n\n"
          "| tool | files per CPU-second | bayang to it | seconds by the clock | MiB | faults seen |\n"
          "|---|--:|--:|--:|--:|--:|")
    for tool, taken in costs.items():
        cpu = statistics.median(used.cpu for used in taken)
        print(f"| {tool} | {count / cpu:.0f} | {cpu / ours:.1f} | {statistics.median(used.wall for used in taken):.2f}"
              f" | {max(used.peak for used in taken):.0f} | {sum(told[tool].values())} of {len(told[tool]) - 1} |")
    print("\n| what is wrong | " + " | ".join(told) + " |\n|---|" + "---|" * len(told))
    for fault in [*FAULTS, *FOLDERS]:
        print(f"| {fault} | " + " | ".join("seen" if told[tool][fault] else "-" for tool in told) + " |")
    print("| *repeats what people wrote* | " + " | ".join("yes" if tool in repeated else "no" for tool in told) + " |")


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:]]
    main(*(given + [1000, 3][len(given):]))
