"""The page of a run: one HTML file of pictures, tables and a script that filters them (docs/page.md)."""
