"""The check kinds that rules configure: one table, name -> function."""

from __future__ import annotations

from typing import Any

from . import batch, fields, late, times, words

# A report alone: (options, pack) -> check(case, scope) -> hits
REPORT: dict[str, Any] = {
    "required": fields.required,
    "value": fields.value,
    "exclusive": fields.exclusive,
    "each_theme": fields.each_theme,
    "not_every_theme": fields.not_every_theme,
    "examined": fields.examined,
    "has_items": fields.has_items,
    "covers": fields.covers,
    "not_over": fields.not_over,
    "recount": fields.recount,
    "unique": fields.unique,
    "refers": fields.refers,
    "only_where": fields.only_where,
    "dates": times.dates,
    "is_date": times.is_date,
    "cadence": times.cadence,
    "residue": words.residue,
    "share_of_words": words.share_of_words,
    "copied": words.copied,
    "placeholder": words.placeholder,
    "same_as": words.same_as,
    "pattern": words.pattern,
    "private_number": words.private_number,
    "length": words.length,
    "mojibake": words.mojibake,
    "invisible": words.invisible,
}

# A report, the roster, the clock and the folder: (options, pack) -> Late(collect, judge)
LATE: dict[str, Any] = {
    "names_differ": late.names_differ,
    "names_agree": late.names_agree,
    "deadline": late.deadline,
    "not_in_future": late.not_in_future,
    "attachments": late.attachments,
    "on_roster": late.on_roster,
    "same_identity": late.same_identity,
    "owner_on_roster": late.owner_on_roster,
    "heads_included": late.heads_included,
}

# All reports of a run: (options, pack) -> Batch(collect, judge)
BATCH: dict[str, Any] = {
    "report_missing": batch.report_missing,
    "report_repeated": batch.report_repeated,
    "collected_agrees": batch.collected_agrees,
    "unit_all_none": batch.unit_all_none,
    "carried_over": batch.carried_over,
    "after_last": batch.after_last,
    "similar_text": batch.similar_text,
    "copied_from_unit": batch.copied_from_unit,
    "id_clash": batch.id_clash,
    "stale_waiver": batch.stale_waiver,
}

# Raised while a file is read or bound: the rule only names the fault, and a pack has a rule for each.
BUILT_IN: dict[str, tuple[str, ...]] = {
    "intake": ("unreadable-file", "oversized-file", "wrong-encoding", "forbidden-character", "broken-yaml",
               "not-a-form", "duplicate-key", "forbidden-yaml", "too-large-inside", "empty-file"),
    "form": ("missing-field", "unknown-field", "wrong-type", "unknown-value", "not-a-date", "date-spelling",
             "cut-value", "unknown-behaviour", "other-plan", "swallowed-line", "odd-id"),
}
