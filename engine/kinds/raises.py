"""What each check kind may raise: its hints (None for the plain message) and the facts that come with each.

The texts of a rule are held against this table before any report is checked; a test holds it against the code.
"""

from __future__ import annotations

from typing import Any

Raises = dict[str | None, str]      # hint -> names of facts, apart by blanks

# What every message may use beside the facts. `hint` is the variant itself.
ALWAYS = "field theme phase problem hint"

KINDS: dict[str, Raises] = {
    "required": {None: "missing"},
    "value": {None: ""},
    "exclusive": {None: "given"},
    "each_theme": {None: "missing"},
    "not_every_theme": {None: ""},
    "examined": {None: "behaviours count"},
    "has_items": {None: "count least", "absent": "count least"},
    "covers": {None: "word"},
    "not_over": {None: "other"},
    "recount": {None: "count"},
    "unique": {None: "other"},
    "refers": {"unknown-reference": ""},
    "only_where": {"not-here": ""},
    "dates": {"not-before": "limit", "not-after": "limit", "before": "limit", "after": "limit", "order": "limit"},
    "is_date": {None: ""},
    "cadence": {None: "gaps count"},
    "residue": {None: ""},
    "share_of_words": {None: "percent"},
    "copied": {None: "behaviour"},
    "placeholder": {None: ""},
    "same_as": {None: "lines"},
    "pattern": {None: ""},
    "private_number": {"id-card": "", "bank-card": "", "mobile": ""},
    "length": {None: "count most"},
    "mojibake": {"known-traces": "characters", "replacement": "characters", "twice-encoded": "characters",
                 "no-character": "characters"},
    "invisible": {None: "characters"},
    "names_differ": {None: ""},
    "names_agree": {None: ""},
    "deadline": {None: "limit", "extended": "limit"},
    "not_in_future": {None: "limit"},
    "attachments": {"missing": "", "empty": "", "outside": ""},
    "on_roster": {None: ""},
    "same_identity": {"name": "", "unit": "", "level": ""},
    "owner_on_roster": {None: "count"},
    "heads_included": {None: "units count"},
    "report_missing": dict.fromkeys((None, "hidden-extension", "word", "excel", "pdf", "archive", "other",
                                     "earlier", "earlier-unread", "anothers", "off-roster"),
                                    "ident phase_name closed file unreadable"),
    "report_repeated": {None: "others"},
    "collected_agrees": {"absent": "count", "due": "count", "received": "count"},
    "unit_all_none": {None: "count"},
    "carried_over": {None: "missing_id earlier_phase"},
    "after_last": {"before-last": ""},
    "similar_text": {None: "others"},
    "copied_from_unit": {None: ""},
    "id_clash": {None: "others"},
    "stale_waiver": {"expired": "until rule", "idle": "rule"},
}

NUMBER, TEXT, SPOT, MAYBE, TRUTH = "number", "text", "spot", "maybe", "truth"   # MAYBE: a text or a Spot

# What a fact is in a message: a number, a place (`other.line`), a text or a place, or else a text.
NUMBERS = frozenset({"count", "least", "most", "percent", "lines", "unreadable", "first", "second"})
PLACES = {"unique": "other"}
EITHER = {"dates": "limit"}


def type_of(kind: str, name: str) -> str:
    """What a fact of a check of this kind is, as `message_guard` calls it."""
    if name in NUMBERS:
        return NUMBER
    return SPOT if PLACES.get(kind) == name else MAYBE if EITHER.get(kind) == name else TEXT


# Of the built-in kinds `intake` and `form`: by the name of the fault.
NAMES: dict[str, Raises] = {
    "unreadable-file": dict.fromkeys(("permission", "vanished", "changing", "not-a-file", "link-out", "link-loop",
                                      "dangling", "path-too-long", "device", None), "folder"),
    "oversized-file": {None: "limit"},
    "wrong-encoding": dict.fromkeys(("gb18030", "utf-16", "utf-32", "cut-off", "not-utf-8", "word", "excel",
                                     "old-office", "zip", "archive", "pdf", "image"), ""),
    "forbidden-character": dict.fromkeys(("nul", "control", "bom", "line-separator", "direction", "noncharacter",
                                          "escape", "surrogate"), "character"),
    "broken-yaml": dict.fromkeys(("wide-colon", "tight-colon", "wide-dash", "tight-dash", "second-colon", "sign",
                                  "after-quote", "quote-comma", "unclosed-quote", "bracket", "escape", "cut",
                                  "directive"), "mark mended")
    | dict.fromkeys((None, "no-colon", "number-mark", "guidance", "mixed", "conflict", "long-key", "after-end"),
                    "mended")
    | {"tab": "blanks mended", "wide-indent": "character blanks mended", "indentation": "above blanks mended",
       "more": "count mended"},
    "not-a-form": {"wide-colon": "mark", "tight-colon": "mark", "list": "", "text": "", "one-value": "",
                   "pointer": ""},
    "duplicate-key": {None: "first second", "two-names": "first"},
    "forbidden-yaml": dict.fromkeys(
        ("anchor", "tag", "merge-key", "placeholder", "complex-key", "second-document"), ""),
    "too-large-inside": dict.fromkeys(("depth", "nodes", "characters"), "most"),
    "empty-file": {None: ""},
    "missing-field": {None: "missing title"},
    "unknown-field": dict.fromkeys((None, "wide-colon", "tight-colon", "no-value", "slip", "elsewhere"),
                                   " ".join(("nearest", "places", "private"))),
    "wrong-type": dict.fromkeys(("want-text", "want-count", "want-list", "want-map", "want-none_found", "braces",
                                 "tight-dash"),
                                "expected wants"),
    "unknown-value": {None: "nearest values english"},
    "not-a-date": dict.fromkeys(("date", "month", "quarter", "half"), "") | {"years": "first last"},
    "date-spelling": dict.fromkeys((None, "mark", "count", "list", "value"), "typed"),
    "cut-value": {None: ""},
    "unknown-behaviour": {None: "nearest sample", "elsewhere": "themes sample"}
    | dict.fromkeys(("several", "many", "many-listed"), "choices sample"),
    "other-plan": {None: "nearest values english"},
    "swallowed-line": {None: ""},
    "odd-id": {None: ""},
}


def raises(kind: str, options: Any) -> Raises:
    """What a check of this kind may raise with these options; of a built-in kind they are the fault's name."""
    if kind in ("intake", "form"):
        return NAMES[options]
    if kind == "dates":
        return {hint: facts for hint, facts in KINDS[kind].items()
                if (hint or "").replace("-", "_") in options or (hint == "order" and options.get("in_order"))}
    if kind == "same_identity":
        return {hint: facts for hint, facts in KINDS[kind].items() if hint in options["fields"]}
    if kind == "has_items" and not {"where", "distinct"} & options.keys() and options.get("at_least", 1) <= 1:
        return {"absent": KINDS[kind]["absent"]}        # an item that is there is enough
    return KINDS[kind]
