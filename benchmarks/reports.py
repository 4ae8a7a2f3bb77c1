"""Makes folders of clean personal reports of about 7 KB for the benchmarks: python benchmarks/reports.py FOLDER COUNT"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from bayang.engine.examples import base_report, change, dump
from bayang.engine.pack import Pack, load_pack

_SYLLABLES = "办理群众来信回访企业现场记录台账更新月度核对名单时间地点结果材料移交窗口值守电话答复排查隐患整改通报督促协调会商走访座谈"


def words(seed: random.Random, count: int) -> str:
    """So many Chinese characters in an order of their own."""
    return "".join(seed.choice(_SYLLABLES) for _ in range(count))


def clean_report(pack: Pack, number: int) -> bytes:
    """The file of one compliant person at the second phase."""
    seed = random.Random(number)
    phase = list(pack.phases)[1]
    report = base_report(pack, "personal", phase)
    ident = f"B-{number:06d}"
    report["person"] |= {"id": ident, "name": f"张{words(seed, 2)}"}
    report.pop("filled_by", None)
    for theme in pack.themes:
        problems = [{
            "id": f"{ident}-{theme}-{at}", "behaviour": pack.themes[theme].behaviours[at].id,
            "fact": words(seed, 60), "instance": words(seed, 40), "source": "self", "found": "2022-03-01",
            "cause": words(seed, 60), "culture": words(seed, 30), "standard": words(seed, 25),
            "measures": [{"action": words(seed, 40), "owner": "本人", "due": "2022-06-30"}],
        } for at in range(1 if len(pack.themes[theme].behaviours) else 0)]
        change(report, {f"/themes/{theme}": {"examined": "all", "problems": problems}}, ())
    return dump(report)


def make(folder: Path, count: int) -> int:
    """Write so many reports; gives their size in bytes together."""
    pack = load_pack()
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(count):
        data = clean_report(pack, number)
        size += len(data)
        (folder / f"B-{number:06d}.yaml").write_bytes(data)
    return size


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), int(sys.argv[2])), "bytes")
