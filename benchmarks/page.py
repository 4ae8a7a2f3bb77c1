"""The page of 5,000 subjects with 50,000 findings in Chromium: its size, when the first picture stands, what a filter
takes. Prints them beside the bounds: python benchmarks/page.py [SUBJECTS]

It needs Chromium (`apt-get install chromium`, or CHROMIUM=/path/to/it) and playwright, which the extra `test` brings. A
busy machine makes everything late: beside what the clock says stands what the page's thread took of the processor, with
all that follows a filter (script, styles, layout, painting).
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright
from reports import plain_report

from bayang.engine.authoring.examples import dump
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings import FORMATS
from bayang.engine.output.findings.setting import Setting
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.writing import pieces

FAULTS = 12         # that are put into a report; some hit the same place
UNIT = 50           # people in a unit
FILTERS = (("rule", "PB08"), ("theme", "dandang"), ("words", "54 owner"), ("words", "第 54 行后面加一行"),
           ("rule", ""), ("theme", ""), ("words", ""), ("unit", "U-001"), ("unit", ""))

# What is done to a problem.
_SLIPS = (
    lambda problem: problem.pop("cause", None),
    lambda problem: problem["measures"][0].pop("owner", None),
    lambda problem: problem.update(found="2022.3.1"),
    lambda problem: problem.pop("standard", None),
    lambda problem: problem.update(source="自查"),
    lambda problem: problem["measures"][0].update(due="长期"),
    lambda problem: problem["measures"][0].pop("due", None),
)


def make(folder: Path, pack: Pack, count: int) -> None:
    """Reports with faults, and the roster."""
    units = [f"U-{number:03d}" for number in range(max(1, count // UNIT))]
    roster = ["units:", *(f"- {{code: {code}, name: 第{at}分局, level: branch}}" for at, code in enumerate(units)),
              "people:"]
    for number in range(count):
        seed, report = random.Random(number), plain_report(pack, number)
        person = report["person"]
        person["unit"] = units[number % len(units)]
        roster.append(f"- {{id: {person['id']}, name: {person['name']}, unit: {person['unit']}}}")
        for _ in range(FAULTS):
            answer = report["themes"][seed.choice(list(pack.themes))]
            seed.choice(_SLIPS)(seed.choice(answer["problems"]))
        place = folder / person["unit"]
        place.mkdir(exist_ok=True)
        (place / f"{person['id']}.yaml").write_bytes(dump(report))
    (folder / "roster.yaml").write_text("\n".join([*roster, ""]), encoding="utf-8")


def processor(session: CDPSession) -> float:
    """Milliseconds that the thread of the page has taken of the processor so far."""
    return next(1000 * one["value"] for one in session.send("Performance.getMetrics")["metrics"]
                if one["name"] == "TaskDuration")


_FILTER = """async ([name, value]) => {
  const field = document.getElementById("filters").elements[name];
  const rows = document.querySelector("#long-findings tbody");
  const before = rows.firstChild, begun = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise(done => {
    const look = () => rows.firstChild === before ? setTimeout(look, 1) : requestAnimationFrame(() => setTimeout(done));
    look();
  });
  return performance.now() - begun;
}"""


def measured(page: Page, file: Path) -> Iterator[tuple[str, float, float]]:
    """What was done, milliseconds by the clock, and of the processor."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(file.as_uri())
    page.wait_for_selector("#long-findings tbody tr", timeout=120_000)
    first, ready = page.evaluate("""() => [performance.getEntriesByName("first-contentful-paint")[0].startTime,
                                           performance.now()]""")
    yield "first picture", first, 0
    yield "list and filters ready", ready, processor(session)
    for name, value in FILTERS:
        spent = processor(session)
        took = page.evaluate(_FILTER, [name, value])
        page.wait_for_timeout(100)
        yield f"filter {name}={value}", took, processor(session) - spent


def main(count: int) -> None:
    pack = load_pack(examples=False)
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), pack, count)
        compiled = Compiled(pack)
        result = run([folder], Options(as_of="2022-05-20", jobs=0), compiled)
        begun = time.process_time()
        data = b"".join(pieces(FORMATS["html"](result, Setting(compiled))))
        print(f"{len(result.findings)} findings of {result.summary['subjects']} subjects: {len(data) / 1e6:.2f} MB "
              f"(bound: 8), made in {time.process_time() - begun:.1f} s")
        file = Path(folder) / "page.html"
        file.write_bytes(data)
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            for what, clock, spent in measured(page, file):
                print(f"{what}: {clock:.0f} ms by the clock, {spent:.0f} ms of the processor")
            browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
