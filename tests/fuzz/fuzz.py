"""Coverage-guided fuzzing of a target for as long as one likes (needs the extra `fuzz`):

    .venv/bin/python tests/fuzz/fuzz.py intake -max_total_time=600

Targets are those of `targets.py`: intake, expressions, formats, workbooks. What is new goes to `.fuzz/TARGET` and
begins the next session beside the corpus; what makes a target fail is written to `.fuzz/` and its name told. Such a
file, once the fault is mended, belongs into the corpus. Everything after the target's name is libFuzzer's.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOUND = HERE.parent.parent / ".fuzz"


def main(arguments: list[str]) -> None:
    import atheris

    sys.path[:0] = [str(HERE.parent), str(HERE)]
    with atheris.instrument_imports(include=["bayang.engine"], exclude=["bayang.engine.authoring"]):
        from targets import TARGETS

    if not arguments or arguments[0] not in TARGETS:
        sys.exit(f"{__doc__}\nno such target; there are: {' '.join(TARGETS)}")
    name, *options = arguments
    (FOUND / name).mkdir(parents=True, exist_ok=True)
    atheris.Setup([
        sys.argv[0], f"-artifact_prefix={FOUND}/{name}-", "-timeout=30", "-rss_limit_mb=4096", "-len_control=0",
        "-max_len=4096", *options, str(FOUND / name), str(HERE / "corpus" / name)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
