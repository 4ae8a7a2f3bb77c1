"""The ledger of rectification (整改台账): every problem of every current report, and what keeps it from being whole."""
