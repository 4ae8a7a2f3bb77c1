"""9.2: private numbers, in whatever groups their digits stand; dates, sums and other numbers are none."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from running import BUNDLED, ROOT, invoked

from bayang.engine.text.wording import has_long_number, mask_numbers, private_numbers

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
GAPS = (" ", "\xa0", "-", ".", "·", "\u3000", "－", "．")


def id_card(region: int, birth: str, order: int) -> str:
    """A number of GB 11643, its check character worked out by the polynomial and not by a table."""
    body = f"{region:06d}{birth}{order:03d}"
    rest = sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(body)) % 11
    return body + "0123456789X"[(1 - rest) % 11]


def card(body: str) -> str:
    """A number with its Luhn digit."""
    return next(body + last for last in "0123456789" if luhn(body + last) % 10 == 0)


def luhn(number: str) -> int:
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return sum(one - 9 if one > 9 else one for one in doubled)


def grouped(number: str, sizes: tuple[int, ...], gaps: list[str]) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at:at + size])
        at += size
    assert at == len(number)
    return "".join(part + gap for part, gap in zip(parts, [*gaps, ""], strict=True))


births = st.dates(min_value=datetime.date(1930, 1, 1),
                  max_value=datetime.date(2015, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
identity = st.builds(id_card, st.sampled_from([110105, 320102, 360730, 440303, 510104, 650102]), births,
                     st.integers(0, 999))
mobiles = st.builds("1{}{:09d}".format, st.integers(3, 9), st.integers(0, 10 ** 9 - 1))
cards = st.builds(lambda first, rest, long: card(f"{first}{rest:017d}" if long else f"{first}{rest % 10 ** 14:014d}"),
                  st.integers(3, 6), st.integers(0, 10 ** 17 - 1), st.booleans())
gap = st.sampled_from(GAPS)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A private number as somebody may type it, and its kind."""
    kind = draw(st.sampled_from(["id-card", "bank-card", "mobile"]))
    if kind == "id-card":
        number = draw(identity)
        sizes = draw(st.sampled_from([(18,), (6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (14, 4), (6, 12), (17, 1)]))
        gaps = draw(st.lists(gap, min_size=len(sizes) - 1, max_size=len(sizes) - 1))
    elif kind == "bank-card":
        number = draw(cards)
        sizes = draw(st.sampled_from([(16,), (4, 4, 4, 4)] if len(number) == 16 else
                                     [(19,), (4, 4, 4, 4, 3), (6, 13)]))
        gaps = [draw(st.sampled_from([one for one in GAPS if one not in ".．"]))] * (len(sizes) - 1)
    else:
        number = draw(mobiles)
        sizes = draw(st.sampled_from([(11,), (3, 4, 4), (4, 3, 4), (4, 4, 3), (3, 3, 5)]))
        gaps = [draw(gap)] * (len(sizes) - 1)
    typed = grouped(number, sizes, gaps)
    if kind == "mobile":
        typed = draw(st.sampled_from(["", "+86", "86", "0086", "+86 ", "+86-", "0086 "])) + typed
    return (typed.translate(WIDE) if draw(st.booleans()) else typed), kind


@given(numbers(), st.sampled_from(["", "电话", "（", "号码："]), st.sampled_from(["", "。", "）", "，请勿外传"]))
def test_9_2_a_number_in_any_groups_is_found_and_masked_alike(number: tuple[str, str], before: str,
                                                              after: str) -> None:
    typed, kind = number
    text = before + typed + after
    assert has_long_number(text)
    [(start, end, found)] = private_numbers(text)
    assert (found, end) == (kind, len(text) - len(after)) and start >= len(before)
    masked = mask_numbers(text)
    assert len(masked) == len(text) and private_numbers(masked) == []
    kept = masked[len(before):len(masked) - len(after)]
    assert sum(char.isdigit() for char in kept) <= 7        # a prefix that stands apart, and three of the number


pieces = st.one_of(
    numbers().map(lambda one: one[0]), st.text("0123456789Xx +-.·/:：，年月日元*\xa0１３８\u200b", max_size=12),
    st.sampled_from(["2022-04-30", "138 ", "-", "1380013", "8000", "110105", "19491231", "002X", "4111 "]))


@given(st.lists(pieces, max_size=8).map("".join))
@example("1300 0000 1303000 0000 0000 0004")      # a card, and what stands before it is a mobile number without it
def test_9_2_masking_never_leaves_a_private_number_behind(text: str) -> None:
    assert private_numbers(mask_numbers(text)) == []
    assert has_long_number(text) or not private_numbers(text)


@given(st.lists(st.dates().map(lambda day: day.isoformat()), min_size=1, max_size=6),
       st.sampled_from([" ", "、", "至", "，"]))
def test_9_2_dates_in_a_row_are_none(days: list[str], between: str) -> None:
    years = [day for day in days if day[:4] > "1850"]       # an identity number's date may be any solid one
    assert private_numbers(between.join(years)) == []


@pytest.mark.parametrize("text", [
    "2022-04-30", "2021.12.01-2022.07.31", "20220430", "2022 04 30 13 00", "13:00-15:30", "13.00-15.30 2022",
    "0793-1234567", "0793-1234567-8001", "86-0793-1234567", "0700-5550101、0700-5550102",
    "赣环督〔2022〕1389号", "2022-0430-0012", "192.168.10.101", "东经135.12345678", "15000-150000元", "1 300 500元",
    "1,380,013,800元", "1998-2008-2018", "138001380001", "AB13800138000", "13800138000kg",
    "流水号110105194912310021", "110105194913310026", "110105 19491231 0021", "4111111111111112", "4111 1111 1111 1112",
    "61234567 61234568", "135 28 40 12 33 27",
])
def test_9_2_other_numbers_stay_silent(text: str) -> None:
    assert private_numbers(text) == [] and mask_numbers(text) == text


def test_9_2_nothing_in_the_samples_and_bases_is_one() -> None:
    files = [*BUNDLED.rglob("bases/*.yaml"), *(ROOT / "samples").rglob("*.yaml")]
    assert len(files) > 10
    for file in files:
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if "身份证号" not in line:      # one sample shows TX03
                assert private_numbers(line) == [], (file.name, line)


@pytest.mark.parametrize("text", [
    "1" * 65_536, "1 " * 32_768, "139 " * 16_384, "4 " * 32_768, "1---" * 16_384, "86 " * 21_845, "-" * 65_536,
    "110105 19491231 0021 " * 3_000,
])
def test_9_2_any_text_takes_linear_time(text: str) -> None:
    def seconds(part: str) -> float:
        best = 9.0
        for _ in range(3):
            begun = time.process_time()
            mask_numbers(part)
            best = min(best, time.process_time() - begun)
        return best

    whole, quarter = seconds(text), seconds(text[:len(text) // 4])
    assert whole < 0.5 and whole < 10 * quarter + 0.01


REPORT = """\
报告类型: 个人
活动方案: 八扬八治
所处阶段: 学习教育和动员部署
填报日期: 2022-01-24
个人: {{人员编号: {ident}, 姓名: 何静, 单位编号: U02, 职务: 二级主任科员, 党员: 否}}
填报人: 何静
学习情况:
  - {{形式: 集中宣讲, 主题: 作风建设专题辅导, 日期: 2021-12-24}}
备注: {remarks}
"""
SECRETS = ("13800138000", "138-0013-8000", "138 0013 8000", "19491231", "0013", "1111 1111")


@pytest.mark.parametrize("ident", ["138-0013-8000", "110105.19491231.002X", "P-4111-1111-1111-1111"])
def test_9_2_no_output_and_no_name_of_a_file_holds_one(tmp_path: Path, ident: str) -> None:
    remarks = "请XX拨打 138-0013-8000 或 13800138000，证 110105 19491231 002X，卡 4111 1111 1111 1111"
    text = REPORT.format(ident=ident, remarks=remarks)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.yaml").write_text(text, encoding="utf-8")
    for form in ("text", "json", "sarif", "junit", "csv", "markdown", "html"):
        said = invoked("check", tmp_path / "in", "--as-of", "2022-01-31", "--show-values", "--no-cache", "--format",
                       form)
        assert said.exit_code == 1 and not any(one in said.output for one in SECRETS), form
    done = invoked("notice", tmp_path / "in", "--as-of", "2022-01-31", "--reply-by", "2022-02-15", "--to",
                   tmp_path / "out", "--format", "md")
    assert done.exit_code == 0
    made = list((tmp_path / "out").rglob("*"))
    assert made and not any(one in file.name for file in made for one in (*SECRETS, ident))
    assert not any(one in file.read_text(encoding="utf-8") for file in made if file.is_file() for one in SECRETS)
