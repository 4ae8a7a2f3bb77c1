"""Notices of deficiencies: what each says, the templates that word them as files, and their delivery."""
