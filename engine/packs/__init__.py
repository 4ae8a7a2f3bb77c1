"""What encodes a plan, as records: the pack, its files, patterns and word lists, the roster and the waivers."""
