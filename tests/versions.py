"""The oldest and the newest versions of what bayang needs, each in an environment of its own. By hand:

    .venv/bin/python tests/versions.py lowest      those that setup.cfg names as the least
    .venv/bin/python tests/versions.py newest      what the package index has today

Both install bayang with its extras `office` and `dask` and run the tests that lean on other packages most; files named
after the word are run instead. What is only needed to run tests is as new as can be.
"""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("pytest", "pytest-xdist", "hypothesis", "lxml", "markdown-it-py", "rfc3986-validator", "setuptools",
         "aiobotocore", "moto[s3]", "flask-cors")
FILES = ("test_samples", "test_intake", "test_cli", "test_config", "test_completion", "test_formats", "test_harmless",
         "test_sheets", "test_import", "test_check_workbooks", "test_ledger", "test_notices", "test_statistics",
         "test_third_pack", "test_schemas", "test_cache", "test_on_a_cluster")


def least() -> list[str]:
    """What setup.cfg asks for at least, pinned."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = parser["options.extras_require"]
    return re.sub(" *>=", "==", parser["options"]["install_requires"] + extras["office"] + extras["dask"]).split()


def main(arguments: list[str]) -> int:
    if arguments[:1] not in (["lowest"], ["newest"]):
        print(__doc__)
        return 2
    home = ROOT / ".tools" / arguments[0]
    subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
    python = next(path for path in (home / "bin/python", home / "Scripts/python.exe") if path.exists())
    pinned = least() if arguments[0] == "lowest" else []
    subprocess.run([python, "-m", "pip", "install", "-q", "-e", f"{ROOT}[office,dask]", *TOOLS, *pinned], check=True)
    print(subprocess.run([python, "-m", "pip", "freeze", "--exclude-editable"], check=True, capture_output=True,
                         encoding="utf-8").stdout, flush=True)
    files = arguments[1:] or [f"tests/{name}.py" for name in FILES]
    return subprocess.run([python, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *files], cwd=ROOT,
                          env=os.environ | {"PYTHONWARNDEFAULTENCODING": "1"}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
