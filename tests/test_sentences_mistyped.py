"""Sentences as a party-affairs officer mistypes them: refused at the place, with what to write there (design §2)."""

from __future__ import annotations

import pytest
from making import PACK
from test_language import refused

EACH = {"一": "themes.*", "问": "themes.*.problems[]", "措": "themes.*.problems[].measures[]", "": None}

# of what it is asked, the sentence, at which character, what the text says to write
MISTYPED = [line.split(" | ") for line in """
措 | 整改时限 ＜= 问题.发现日期 | 6 | 改成半角的 <
措 | 整改时限 ≤ 问题.发现日期 + 天(30) | 6 | 改成 <=
措 | 整改时限 <= 问题。发现日期 + 天(30) | 11 | 改成半角的 .
措 | 整改时限 <= 问题.发现日期＋天(30) | 16 | 改成半角的 +
措 | 整改时限 <= 问题.发现日期 + 天（30） | 20 | 改成半角的 (
问 | 整改状态 == “整改到位” | 9 | 改成半角的 '
问 | 整改状态 == 「整改到位」 | 9 | 改成 '
问 | 整改状态 ≠ '整改到位' | 6 | 改成 !=
问 | 整改状态 ！= '整改到位' | 6 | 改成半角的 !
一 | count（问题清单）>= 1 | 6 | 改成半角的 (
 | 个数(八个方面.问题清单[问题来源 == '群众反映'】) >= 1 | 28 | 改成 ]
 | 字数(备注)<=１５００ | 9 | 改成半角的 1
问 | 整改状态 in ('整改到位'、'已销号') | 16 | 改成半角的 ,
措 | 整改期限 <= 问题.发现日期 + 天(30) | 1 | 是不是 整改时限
问 | 问题.发现时间 is given | 1 | 是不是 发现日期
 | 填报日期 <= 所处阶段.截止 | 9 | start（开始）和 end（结束），没有“截止”
 | 填报日期 <= 活动.截止日期 | 9 | 填报日期 <= 所处阶段.结束
 | 单位.名 is given | 1 | 这里有：单位编号、单位名称、层级、主要负责人
措 | due <= problem.foudn | 8 | 是不是 found
问 | 来源 == '群众反映' | 1 | 是不是 问题来源
 | 前一阶段.问题 is given | 1 | over: 报告
 | people.id is given | 1 | over: units
 | roster.unit.负责人 is given | 1 | 是不是 主要负责人
 | now > submitted | 1 | 是不是 today
 | today() > 填报日期 | 1 | 填报日期 <= today
问 | phase == behaviour | 1 | “phase”和另一边是两种不同的列定的值
问 | 整改状态 == 问题来源 | 1 | 不会相同，不能比较
问 | 所处阶段 == 整改状态 | 1 | “所处阶段”和另一边
问 | first(source, status) == 'done' | 7 | “source”和另一边
问 | 整改状态 == 1 | 1 | “整改状态”是列定的值，不能与数字比较
 | 调查研究.意见建议数 > '100' | 14 | 数字不用引号
一 | 个数(问题清单) >= '3' | 13 | 数字不用引号
 | 备注 <= 1500 | 1 | 字数(备注) <= 1500
问 | 整改措施 >= 2 | 1 | 个数(问题清单) >= 1
 | month(submitted) == '2022-13' | 21 | 不是月份，应为例如 '2022-04'
 | submitted - 30 >= phase.start | 13 | 发现日期 + 天(30)
措 | 整改时限 <= 发现日期 + 月(3) | 16 | 发现日期 + 个月(3)
措 | 整改时限 <= 发现日期 + 30天 | 16 | 写成 天(30)
一 | 1 <= 个数(问题清单) <= 5 条 | 18 | 写成 5
 | submitted + 天(三十) >= phase.start | 15 | 阿拉伯数字
问 | 整改状态 == 整改到位 | 9 | 要用引号括起来
问 | 问题来源 = '群众反映' | 6 | 两个等号
措 | 整改时限 => 发现日期 | 6 | 改成 >=
问 | 整改状态 === '整改到位' | 6 | 改成 ==
问 | 整改状态 != '整改到位' && 完成日期 is given | 16 | 改成 and
问 | !完成日期 is given | 1 | 改成 not
问 | 整改状态 == '整改到位' 且 完成日期 is given | 16 | 写成 and
问 | 整改状态 == '整改到位' 或者 完成日期 is given | 16 | 写成 or
问 | 非 完成日期 is given | 1 | 写成 not
问 | 完成日期 已填 | 6 | 写成 is 已填
问 | 完成日期 为空 | 6 | 写成 is not 已填
问 | 完成日期 == null | 9 | 完成日期 is given
问 | 完成日期 == '' | 9 | 完成日期 is not given
问 | 如果 完成日期 is given | 1 | where（这一项的）或者 when（整份报告的）
措 | 整改时限 不晚于 问题.发现日期 + 天(30) | 6 | 写成 <=
问 | 整改状态 属于 ('整改到位', '已销号') | 6 | 写成 in
一 | 个教(问题清单) >= 1 | 1 | 有：个数，例如 个数(问题清单) >= 1
一 | 数量(问题清单) >= 1 | 1 | 有：个数
 | len(备注) <= 1500 | 1 | 有：length，例如 字数(备注) <= 1500
问 | 所有(整改措施.整改时限 <= 填报日期) | 1 | 有：全部
问 | 任一 整改措施.整改时限 <= 填报日期 | 1 | 后面要用括号
 | 备注 含 '说明' | 4 | 含(备注, '说明')
 | '说明' in 备注 | 9 | 含(备注, '说明')
问 | 责任领导 == 填报人 | 1 | 同一人(审核人, 填报人)
问 | 责任领导 in 领导小组.成员 | 1 | 责任领导 in 姓名(填报人)
问 | 姓名(责任领导) == 姓名(填报人) | 1 | 同一人(审核人, 填报人)
问 | 整改状态 == '整改到位 | 9 | 引号没有配对
一 | 个数(问题清单 >= 1 | 3 | 括号要成对
措 | 整改时限 <= 2022年12月10日 | 9 | 整改时限 <= '2022-12-10'
措 | 整改时限 <= '12月10日' | 9 | 不是日期，应为例如 '2022-04-30'
 | 舆论监督.办结数 >= 舆论监督.受理数 * 95% | 25 | 舆论监督.办结数 * 100 >= 舆论监督.受理数 * 95
一 | 问题清单[0] is given | 6 | 首个(…)
 | submitted is given。 | 19 | 句末不写
问 | 完成日期 is given，整改状态 == '整改到位' | 14 | 都要成立的写 and
问 | 完成日期 is given; 整改状态 == '整改到位' | 14 | 都要成立的写 and
问 | 完成日期 is given, 整改状态 == '整改到位' | 14 | 有一个就行的写 or
措 | 整改时限 - 问题.发现日期 <= 天(45) | 19 | 直接与数比较
 | 任一(问题清单.问题来源 == 群众反映) | 17 | 要用引号括起来
 | not 含(备注, 'collective') | 11 | “collective”是词表的名称
 | 总结报告.报送单位 in (填报人, 审核人) | 15 | 要都是词
问 | 整改措施[整改时限 <= 填报日期] | 1 | “整改措施”是好几处一组字段
""".strip("\n").split("\n")]


@pytest.mark.parametrize(("of", "typed", "at", "says"), MISTYPED, ids=[row[1] for row in MISTYPED])
def test_it_is_told_where_and_what_to_write(of: str, typed: str, at: str, says: str) -> None:
    part, found, said = refused(PACK, typed, EACH[of.strip()])
    assert (part, found + 1) == ("must", int(at)), said
    assert says in said and "例如" in said, said
