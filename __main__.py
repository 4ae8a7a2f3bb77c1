"""`python -m bayang`: the same as the command `bayang`."""

from bayang.cli import main

if __name__ == "__main__":
    main()
