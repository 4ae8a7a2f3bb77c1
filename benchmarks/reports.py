"""Makes folders of clean personal reports of about 7 KB for benchmarks: python benchmarks/reports.py FOLDER COUNT"""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.packs.pack import Pack, load_pack

_WORDS = """
投诉 答复 企业 现场 窗口 回访 电话 材料 期限 群众 科室 同事 会议 记录 采样 仪器 照片 台账 数据 报表 月底 年初
汛期 夜间 周末 巡查 抽查 复核 补办 退回 登记 归档 函件 短信 表格 日期 签名 值班 离岗 解释 留言 意见 转办 接手
返工 排队 车辆 油烟 噪声 扬尘 污水 异味 秸秆 锅炉 垃圾 管道 河道 养殖 印染 涂装 家具 饭店 商户 学校 医院 村组
社区 物业 工地 砂石 运输 加油 汽修 纸箱 酿酒 采石 供热 环卫 变更 备案 预案 许可 危废 固废 辐射 监测 堆场 淤积
改造 尾气 校准 标识 联单 覆盖 分流 露天 沟渠 泵站 阀门 流量 浓度 曲线 样品 试剂 天平 冰箱 钥匙 档案 柜子 邮件
附件 通知 名册 座谈 走访 家访 约谈 调解 承诺 兑现 拖延 遗漏 粗心 偏差 误报 漏报 重填 誊写 核对 汇总 排序 编号
盖章 装订 移交 借阅 归还 保管 盘点 清洗 维修 更换 采购 询价 比选 验货 付款 报账 出差 路程 雨天 高温 停电 断网
延误 催促 提醒 等候 道歉 致歉 说明 建议
""".split()


def words(seed: random.Random, count: int) -> str:
    """About so many Chinese characters, in an order that hardly any other seed gives."""
    text = ""
    while len(text) < count:
        text += "".join(seed.choices(_WORDS, k=4)) + "，"
    return text[:-1]


def clean_report(pack: Pack, number: int, times: int = 1) -> bytes:
    """The file of one compliant person at the second phase; long texts stand in folded blocks."""
    data = dump(plain_report(pack, number, times))
    return data if times == 1 else re.sub(_TEXT, _folded, data.decode(), flags=re.MULTILINE).encode()


_TEXT = "^([ -]*)(fact|instance|culture|standard|action): (.{60,})$"


def _folded(found: re.Match[str]) -> str:
    """A text in lines of 40 characters, as people break theirs."""
    margin = "\n" + " " * (len(found[1]) + 2)
    return f"{found[1]}{found[2]}: >-" + "".join(margin + found[3][at:at + 40] for at in range(0, len(found[3]), 40))


def plain_report(pack: Pack, number: int, times: int = 1) -> dict:
    """The same as plain data, with texts so many times as long."""
    seed = random.Random(number)
    phase = list(pack.phases)[1]
    report = base_report(pack, "personal", phase)
    ident = f"B-{number:06d}"
    report["person"] |= {"id": ident, "name": f"张{seed.choice(_WORDS)}"}
    report.pop("filled_by", None)
    for theme in pack.themes:
        problems = [{
            "id": f"{ident}-{theme}-{at}", "behaviour": pack.themes[theme].behaviours[at].id,
            "fact": words(seed, 18 * times), "instance": words(seed, 10 * times), "source": "self",
            "found": "2022-03-01",
            "cause": words(seed, 15), "culture": words(seed, 5 * times), "standard": words(seed, 5 * times),
            "measures": [{"action": words(seed, 10 * times), "owner": "本人", "due": "2022-06-30"}],
        } for at in range(2 if theme in list(pack.themes)[:3] else 1)]
        change(report, {f"/themes/{theme}": {"examined": "all", "problems": problems}}, ())
    return report


def make(folder: Path, count: int, times: int = 1) -> int:
    """Write so many reports, with texts so many times as long; gives their size in bytes together."""
    pack = load_pack()
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(count):
        data = clean_report(pack, number, times)
        size += len(data)
        (folder / f"B-{number:06d}.yaml").write_bytes(data)
    return size


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), int(sys.argv[2])), "bytes")
