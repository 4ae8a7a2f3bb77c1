"""Types into a form's workbook through LibreOffice as a person would; run by a Python that has `uno`.

usage: office_typist.py PIPE FROM.xlsx TO.xlsx
It says on standard output, one a line, what the drop-down list of a cell offers.
"""

from __future__ import annotations

import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import CellRangeAddress

THEMES = ("实干", "担当", "公仆", "拼搏", "严谨", "创优", "斗争", "廉洁")


def prop(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def desktop(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except Exception:       # it has not started yet
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not answer")


def typed(sheet, column, row, text):
    """As if typed: a date becomes a date, a number a number."""
    sheet.getCellByPosition(column, row - 1).FormulaLocal = text


def column_of(sheet, name):
    return next(at for at in range(40) if sheet.getCellByPosition(at, 1).String == name)


def answer(sheet, name, text):
    row = next(row for row in range(3, 120) if sheet.getCellByPosition(0, row).String == name)
    typed(sheet, 1, row + 1, text)


def fill(sheet, row, values):
    for name, text in values.items():
        typed(sheet, column_of(sheet, name), row, text)


def offered(book, sheet, name, row):
    """How many choices the list of a cell has, worked out by LibreOffice itself."""
    sheet.unprotect("")
    cell = sheet.getCellByPosition(column_of(sheet, name), row - 1)
    source = cell.Validation.getFormula1()
    scratch = sheet.getCellByPosition(60, row - 1)
    scratch.Formula = f"=COUNTA({source.lstrip('=')})"
    count = int(scratch.Value) if not scratch.getError() else -scratch.getError()
    scratch.clearContents(1023)
    return count


def main(pipe, source, target):
    book = desktop(pipe).loadComponentFromURL(
        uno.systemPathToFileUrl(source), "_blank", 0, (prop("Hidden", True),))
    sheets = book.Sheets
    main_sheet, study, themes, problems, measures = (sheets.getByName(name) for name in (
        "填报", "学习情况", "八个方面", "问题清单", "整改措施"))
    for name, text in {"填报日期": "2022-4-20", "填报人": "周敏", "审核人": "何建军", "人员编号": "P-102",
                       "姓名": "周敏", "单位编号": "U-301", "职务": "四级主任科员", "党员": "是",
                       "自己": "我对来访群众的耐心不够，午休前的来电常常让对方下午再打。",
                       "思想": "总觉得按流程办就不会出错，没有想企业等不等得起。",
                       "职责": "排污许可初审是我的岗位，有三件没有一次告知。",
                       "工作": "去年经手的许可延续件中有两件超期才办结。"}.items():
        answer(main_sheet, name, text)
    fill(study, 4, {"形式": "主题党日", "主题": "讨论窗口服务怎样改", "日期": "2022-1-14"})
    for row, theme in enumerate(THEMES, 4):
        fill(themes, row, {"逐条对照": "全部"})
        if theme != "实干":
            fill(themes, row, {"排查方式": "逐条自查、个别访谈", "依据": f"{theme}方面抽查三十件都有回音"})
    typed(problems, 0, 4, "实干")
    print("behaviours", offered(book, problems, "对应表现", 4))
    print("sources", offered(book, problems, "问题来源", 4))
    print("themes", offered(book, problems, "方面", 4))
    fill(problems, 4, {
        "编号": "ZM-01", "对应表现": sheets.getByName("选项").getCellByPosition(1, 5).String,
        "问题表现": "答应企业三日内给出排污许可修改意见，\n实际拖了两周才发出",
        "典型事例": "2021年9月6日收件，9月22日才发补正意见",
        "问题来源": "群众反映", "发现日期": "2022-3-15", "思想根源": "认为材料不全是企业的事，没有替企业着急",
        "文化影响": "习惯等科长催办，不催就放一放", "整改目标": "补正意见三个工作日内发出，每月通报一次"})
    for row, action in ((4, "建立许可件收发登记本，每周五核对"), (5, "每月底向科长报一次逾期件")):
        fill(measures, row, {"措施": action, "责任人": "本人", "整改时限": "2022-6-30"})
    print("problems", offered(book, measures, "问题编号", 4))
    typed(measures, 0, 4, "ZM-01")      # the second row leaves it blank: the same as above
    # a row is inserted, a column moved, a sheet added and put first
    problems.unprotect("")
    problems.Rows.insertByIndex(3, 1)
    width = column_of(problems, "发现日期")
    area = CellRangeAddress()
    area.Sheet, area.StartRow, area.EndRow = problems.RangeAddress.Sheet, 0, 200
    problems.Columns.insertByIndex(2, 1)
    area.StartColumn = area.EndColumn = width + 1
    problems.moveRange(problems.getCellByPosition(2, 0).CellAddress, area)
    problems.Columns.removeByIndex(width + 1, 1)
    sheets.insertNewByName("草稿", 0)
    sheets.getByName("草稿").getCellByPosition(0, 0).String = "还没有想好的话"
    sheets.moveByName("整改措施", 1)
    book.storeToURL(uno.systemPathToFileUrl(target), (prop("FilterName", "Calc MS Excel 2007 XML"),))
    book.close(True)


if __name__ == "__main__":
    main(*sys.argv[1:])
