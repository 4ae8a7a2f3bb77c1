"""What is told of a date that can't be read asks for what the field takes: done literally, it is one round."""

from __future__ import annotations

import pytest
from making import found, only

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.packs.pack import load_pack

SAMPLES = {"2022-04-30", "2022-03", "2022-Q1", "2022-H1"}


@pytest.mark.parametrize(("given", "sample"), [
    ({"activities": [{"form": "动员大会", "title": "动员", "date": "2022年1月"}]}, "2022-04-30"),    # a month is no day
    ({"cadence": {"monthly": [{"month": "春天", "theme": "纪律"}]}}, "2022-03"),
    ({"cadence": {"quarterly": [{"quarter": "春天", "date": "2022-04-08"}]}}, "2022-Q1"),
    ({"cadence": {"half_yearly": [{"half": "春天", "date": "2022-07-08"}]}}, "2022-H1"),
])
def test_the_sample_of_what_is_no_date_is_one_for_this_field(given: dict[str, object], sample: str) -> None:
    report = base_report(load_pack(), "bureau", "education") | given
    for language in ("zh", "en"):
        remedy = only(found(dump(report), language), "FM05").remedy
        assert {one for one in SAMPLES if one in remedy.replace("2022-04-30", "" if one != "2022-04-30" else one)} == {
            sample}
