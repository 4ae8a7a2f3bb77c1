"""The sentences of rules: read, held against the form of the reports, and compiled when a pack loads. No findings."""
