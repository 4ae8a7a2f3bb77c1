"""What only the command line needs; nothing but `cli.py` and `__main__.py` imports from here."""
