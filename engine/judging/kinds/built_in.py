"""What is found while a file is read (`intake`) or its report is bound (`form`), and what comes with it.

A pack has a rule for each, which only words it. By the fault's name, as `Kind.raises` for the other kinds.
"""

from __future__ import annotations

from ...reading.form_marks import PLACES, VALUES
from .kind import Raises

INTAKE: dict[str, Raises] = {
    "unreadable-file": dict.fromkeys(("permission", "vanished", "changing", "not-a-file", "link-out", "link-loop",
                                      "dangling", "path-too-long", "device", None), "folder"),
    "oversized-file": {None: "limit"},
    "wrong-encoding": dict.fromkeys(("gb18030", "utf-16", "utf-32", "cut-off", "not-utf-8", "word", "excel",
                                     "old-office", "zip", "archive", "pdf", "image", "workbook", "ods"), ""),
    "forbidden-character": dict.fromkeys(("nul", "control", "bom", "line-separator", "direction", "noncharacter",
                                          "escape", "surrogate"), "character rest"),
    "broken-yaml": dict.fromkeys(("wide-colon", "tight-colon", "wide-dash", "tight-dash",
                                  "after-quote", "quote-comma", "unclosed-quote", "escape", "cut",
                                  "directive"), "mark mended")
    | dict.fromkeys((None, "number-mark", "guidance", "mixed", "conflict", "long-key", "after-end",
                     "content-below", "in-braces", "heading"),
                    "mended")
    | {"tab": "blanks mended", "wide-indent": "character blanks mended", "indentation": "above blanks mended",
       "no-colon": "above blanks mended", "no-dash": "above blanks mended", "below-bar": "blanks mended",
       "beside-bar": "mark mended", "between": "above mended",
       **dict.fromkeys(("second-colon", "sign", "bracket"), "mark inner mended"),
       "more": "count mended"},
    "not-a-form": {"wide-colon": "mark", "tight-colon": "mark", "list": "", "text": "", "one-value": "",
                   "pointer": ""},
    "duplicate-key": {None: "first second", "two-names": "first second", "more": "count"},
    "forbidden-yaml": dict.fromkeys(
        ("anchor", "tag", "merge-key", "placeholder", "complex-key", "second-document", "document-type"), ""),
    "too-large-inside": dict.fromkeys(("depth", "nodes", "characters", "unpacked", "sheets", "cells"), "most"),
    "empty-file": {None: ""},
}

FORM: dict[str, Raises] = {
    "missing-field": {None: "missing title"},
    "unknown-field": dict.fromkeys((
        None, "wide-colon", "tight-colon", "no-value", "slip", "elsewhere", "other-kind",
        *(f"stray-{what}" for what in PLACES)), "nearest places private there"),
    "wrong-type": {
        **dict.fromkeys(("want-text", "want-one", "want-count", "want-list", "want-map", "want-none_found", "braces",
                         "dashed", "tight-dash", "tight-braces", *(f"cell-{what}" for what in VALUES)),
                        "expected wants braces item"),
        **dict.fromkeys(("want-number", "want-percent", "want-money"), "expected wants braces item unit")},
    "unknown-value": {None: "nearest values english", "contrary": "nearest"},
    "not-a-date": {**dict.fromkeys(("date", "month", "quarter", "half"), ""), "years": "first last"},
    "date-spelling": dict.fromkeys((None, "mark", "count", "number", "value"), "typed")
    | {"list": "typed braces item"},
    "cut-value": {None: ""},
    "unknown-behaviour": {None: "nearest sample", "elsewhere": "themes sample"}
    | dict.fromkeys(("several", "many", "many-listed"), "choices sample"),
    "other-plan": {None: "nearest values english"},
    "swallowed-line": {None: "", "item": "", "same-line": "others braces"},
    "odd-id": {None: ""},
}

BUILT_IN = {"intake": INTAKE, "form": FORM}
