"""The page as Chromium shows it: filters, keyboard, without a script, on paper, for every eye, and nothing asked of a
network (contract 10.7).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from making import COMPILED, write
from running import SAMPLES, output_of

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.output.findings.setting import Setting

PROGRAM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed; run tests/tools.py"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),       # of the library that drives it
    pytest.mark.filterwarnings("ignore::EncodingWarning"),
]
WIDTHS = (360, 768, 1280, 2560)
PEOPLE = 40         # each with one finding of the same words, and some with one more


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def result() -> Result:
    return run([str(SAMPLES)], Options(as_of="2022-08-08"), COMPILED)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, result: Result) -> Path:
    return write(tmp_path_factory.mktemp("page") / "page.html", output_of("html", result, Setting(COMPILED)))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with more findings than it shows at once, most of which are told in the same words."""
    home = tmp_path_factory.mktemp("many")
    for number in range(PEOPLE):
        report = base_report(COMPILED.pack, "personal", "inspection")
        change(report, {"/person/id": f"P-{number:03d}"}, ["/themes/pinbo"])
        write(home / f"U-1/P-{number:03d}.yaml", dump(report))
    found = run([str(home)], Options(as_of="2022-05-10"), COMPILED)
    assert sum(one.rule == "CV01" for one in found.findings) == PEOPLE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bayang.engine.output.page.html.FULL", PEOPLE)
        return write(home / "page.html", output_of("html", found, Setting(COMPILED)))


def opened(browser: Any, file: Path, hash_: str = "", width: int = 1280, look: str = "light", **how: Any) -> Any:
    """A page with its list, in the tab that pages opened so share; an error in its script is one of the test."""
    page = next((one.pages[0] for one in browser.contexts if one.how == how), None)
    if page is None:
        context = browser.new_context(**how)
        context.how, page = how, context.new_page()
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.on("console", lambda said: page.faults.append(said.text))
        page.on("request", lambda request: page.asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=look)
    page.goto("about:blank")
    page.faults, page.asked = [], []
    page.goto(file.as_uri() + hash_)
    if how.get("java_script_enabled", True):
        page.wait_for_selector("#long-findings .findings tbody tr")
    return page


def listed(page: Any) -> list[str]:
    """The rules of the findings that are shown."""
    return [one.split()[0] for one in page.locator("#long-findings td.rule").all_inner_texts()]


def rules_of(result: Result) -> list[str]:
    return sorted(one.rule for one in result.findings if one.gates)


def choose(page: Any, name: str, value: str) -> None:
    page.locator(f"#filters [name={name}]").select_option(value)
    page.wait_for_timeout(50)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_10_7_it_fits_every_screen_and_asks_for_nothing(browser: Any, file: Path, look: str) -> None:
    page = opened(browser, file, "", WIDTHS[0], look)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("[innerWidth, document.documentElement.scrollWidth > innerWidth]") == [width, False]
        assert page.locator("#long-map tr.unit").all_text_contents() == [
            "澄岚市生态环境局", "澄岚市砚川生态环境分局", "澄岚市苇江生态环境分局", "法规与执法科", "生态环境监测科",
            "名册以外的"]
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(243, 245, 248)"
        assert dark == (look == "dark")
    assert (page.faults, page.asked) == ([], [file.as_uri()])


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_10_7_axe_finds_nothing(browser: Any, file: Path, width: int, look: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(browser, file, "", width, look, bypass_csp=True)
    found = axe.run(page, options={"resultTypes": ["violations"]})
    assert found.response["passes"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]] == []


def test_10_7_filters_change_every_table_and_the_address(browser: Any, file: Path, result: Result) -> None:
    page = opened(browser, file)
    every = [one for one in result.findings if one.gates]
    assert len(every) == 48
    choose(page, "rule", "IN05")
    assert listed(page) == ["IN05"] * sum(one.rule == "IN05" for one in every)
    assert page.url.endswith("#rule=IN05")
    assert page.locator("[data-part=rules] tbody tr:visible").count() == 1
    choose(page, "rule", "")
    choose(page, "theme", "pinbo")
    hits = [one for one in every if one.theme == "pinbo"]
    assert sorted(listed(page)) == sorted(one.rule for one in hits)
    shown = page.locator("#active").inner_text()
    assert shown == f"筛选后问题 {len(hits)} / 48 处，对象 {len({one.owner for one in hits})} / 21 个"
    choose(page, "theme", "")
    choose(page, "state", "missing")
    assert listed(page) == ["RO01"] and page.locator("#long-map tbody tr:not(.unit)").count() == 1
    choose(page, "state", "")
    page.locator("#filters [name=words]").fill("P-003 四个摆进去")
    page.wait_for_timeout(250)
    assert listed(page) == ["SE01"]
    address = page.url
    page.reload()
    page.wait_for_selector("#long-findings .findings tbody tr")
    assert (page.url, listed(page)) == (address, ["SE01"])
    page.get_by_role("button", name="清除").click()
    page.wait_for_url(lambda url: "#" not in url)
    assert page.locator("#active").inner_text() == ""
    assert page.faults == []


def test_10_7_units_rules_and_subjects_are_links_to_what_is_found(browser: Any, file: Path, result: Result) -> None:
    page = opened(browser, file)
    page.locator("[data-part=phases] tbody a", has_text="苇江").click()
    page.wait_for_timeout(100)
    hits = [one for one in result.findings if one.gates and one.subject and one.subject.unit == "U-102"]
    assert sorted(listed(page)) == sorted(one.rule for one in hits)
    assert set(page.locator("#long-findings td.unit").all_inner_texts()) == {"澄岚市苇江生态环境分局"}
    assert page.locator("[data-part=filing] tbody tr:visible").count() == 1
    page.go_back()
    page.wait_for_timeout(100)
    page.locator("#long-map a", has_text="P-014").click()
    page.wait_for_timeout(100)
    assert sorted(listed(page)) == sorted(one.rule for one in result.findings if one.gates and one.owner == "p-014")
    page.get_by_role("button", name="只看 个人 P-014 ✕").click()
    page.wait_for_timeout(50)
    assert "P-014" not in page.url


def test_10_7_a_link_leads_to_its_finding(browser: Any, many: Path) -> None:
    page = opened(browser, many)
    page.get_by_role("button", name="下一页").last.click()
    link = page.locator("#long-findings a.here").last.get_attribute("href")
    page = opened(browser, many, link)
    row = page.locator(f"tr[id='{link[1:]}']")
    assert row.is_visible() and "target" in row.get_attribute("class")
    assert page.evaluate("document.activeElement.id") == link[1:]


def test_10_7_columns_are_sorted(browser: Any, file: Path, result: Result) -> None:
    page = opened(browser, file)
    first = "#long-findings th button >> text=规则"
    page.locator(first).click()
    rules = rules_of(result)
    assert listed(page) == rules[:30]
    assert page.locator("#long-findings th[aria-sort=ascending]").inner_text().startswith("规则")
    page.locator(first).click()
    assert listed(page) == rules[::-1][:30]
    assert "findings.sort=-rule" in page.url
    page.locator("[data-part=phases] thead button").nth(1).click()
    cells = page.locator("[data-part=phases] tbody tr:not(.sum) td:nth-child(3)")
    outstanding = cells.evaluate_all("cells => cells.map(cell => Number(cell.dataset.n))")
    assert outstanding == sorted(outstanding, reverse=True) and outstanding[0] == 1


def test_10_7_the_keyboard_reaches_everything(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.sort") == "level"
    page.keyboard.press("Enter")
    assert page.locator("#long-findings th[aria-sort=ascending]").count() == 1
    page = opened(browser, file)
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("""() => { const one = document.activeElement, shape = getComputedStyle(one);
            return [one.id || one.name || one.dataset.set || one.dataset.sort || one.className || one.tagName,
                    shape.outlineStyle]; }"""))
    names = [name for name, _ in seen]
    assert {"look", "fold", "unit", "words", "unit=U-102"} <= set(names)
    assert all(outline != "none" for _, outline in seen)
    page.locator("#filters [name=level]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.wait_for_url(lambda url: "level=warning" in url)
    assert "level=warning" in page.url


def test_10_7_without_a_script_all_of_it_stands_in_tables(browser: Any, many: Path, file: Path, result: Result) -> None:
    page = opened(browser, file, java_script_enabled=False)
    for one in result.findings:
        if one.gates:
            row = page.locator(f"tr[id='f{one.fingerprint[:8]}']")
            assert row.is_visible()
            assert one.message in row.text_content()
    assert page.locator("#long-map tbody tr").count() == 21 + 6     # subjects; heads of five units and of others
    assert not page.locator("#filters").is_visible()
    page = opened(browser, many, java_script_enabled=False)
    assert page.locator("tr[id^=f]:visible").count() >= PEOPLE
    [note] = page.locator(".notes tr", has_text="CV01").all()
    assert note.is_visible() and "“拼搏”方面还没有回答" in note.text_content()
    link = page.locator("tr[id^=f]", has_text="CV01").first.locator("a").get_attribute("href")
    assert note.get_attribute("id") == link[1:]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_10_7_on_paper_the_heads_of_a_table_stand_on_each_page_of_it(browser: Any, tmp_path: Path) -> None:
    for number in range(30):
        report = base_report(COMPILED.pack, "department", "education")
        change(report, {"/unit/code": f"U-{number:03d}"}, [])
        write(tmp_path / f"U-{number:03d}.yaml", dump(report))
    units = "".join(f"- {{code: U-{at:03d}, name: 云岭第{at}科, level: department}}\n" for at in range(30))
    write(tmp_path / "roster.yaml", f"units:\n{units}")
    found = run([str(tmp_path)], Options(as_of="2022-05-10"), COMPILED)
    page = opened(browser, write(tmp_path / "page.html", output_of("html", found, Setting(COMPILED))))
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, check=True)
    sheets = [sheet for sheet in text.stdout.decode().split("\f") if "所在单位" in sheet and "按期报送" in sheet]
    assert len(sheets) > 1 and all(phase.name["zh"] in sheet for sheet in sheets
                                   for phase in COMPILED.pack.phases.values())


def test_10_7_it_prints_all_that_the_filters_leave(browser: Any, many: Path, tmp_path: Path) -> None:
    page = opened(browser, many)
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    if shutil.which("pdftotext") is None:
        assert (tmp_path / "page.pdf").stat().st_size > 20_000
        return
    command = ["pdftotext", str(tmp_path / "page.pdf"), "-"]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert len(set(re.findall(r"U-1/P-\d{3}\.yaml", said.replace("\n", "")))) == PEOPLE
    assert "筛选" not in said


def test_10_7_light_and_dark_can_be_chosen(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    button, colour = page.locator("#look"), "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    button.click()
    assert page.evaluate(colour) != light and button.inner_text() == "外观：深色" and "look=dark" in page.url
    button.click()
    button.click()
    assert (page.evaluate(colour), button.inner_text()) == (light, "外观：跟随系统")


def test_10_3_a_finding_in_a_workbook_is_told_with_its_cell(browser: Any, tmp_path: Path, result: Result) -> None:
    found = [replace(one, cell="问题清单!D7") if one.rule == "SE01" else one for one in result.findings]
    made = output_of("html", replace(result, findings=found), Setting(COMPILED))
    page = opened(browser, write(tmp_path / "page.html", made), "#rule=SE01")
    place = page.locator("#long-findings .place").inner_text()
    assert place.split() == ["市局/整改落实/P-003.yaml", "问题清单!D7", "链接"]
