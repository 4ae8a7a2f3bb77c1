"""The engine, in rooms. Each may use the rooms before it, none one behind it:

text       words and dates: comparing, masking, showing, and the texts that people read
reading    from bytes to a bound report: listing and opening files, the tree with its positions, slips, shapes
packs      what encodes a plan, as records: the pack, the roster, the waivers
judging    one report by itself: what it gives, finding by finding, what it asks, what it leaves behind
batch      all files of a run: whose each is, which report counts, the rules over the batch, workers, cache, baseline
authoring  for those who write packs: examples, lint, the manual of the rules, the trace of the plan
output     what people and programs get: findings in every format, notices, statistics, forms
console    what only the command line needs

Beside them: `records` that pass between the rooms, `recording` by which classes become such, and `writing` files whole.
"""
