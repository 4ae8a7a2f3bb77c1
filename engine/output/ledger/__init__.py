"""The ledger (整改台账): every problem of every current report, and what keeps it from being whole."""
