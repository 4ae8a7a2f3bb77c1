"""The archive of a phase: one ZIP with all that was filed, used, found and sent, and what proves it unchanged."""
