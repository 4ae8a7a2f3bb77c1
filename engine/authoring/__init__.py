"""For those who write packs: examples, lint, the manual of the rules, the trace of the plan."""
