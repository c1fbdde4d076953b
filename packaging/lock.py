"""Write requirements/app.txt and requirements/dev.txt anew from pyproject.toml: ``python3 packaging/lock.py``.

Needs `uv` on the path. The lists hold exact versions and hashes and not one address: where packages come from is a
matter of each computer's pip. `uv.lock` does record addresses, so it is deleted and never committed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPORT = ["export", "--format", "requirements-txt", "--no-emit-project", "--no-header", "--no-annotate", "--frozen"]
LISTS = {"app.txt": "--no-dev", "dev.txt": "--only-dev"}


def main(uv_arguments: list[str]) -> None:
    """Resolve, export both lists and leave no lock file behind; the arguments go to ``uv lock``."""
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("This needs uv: install it, then start again.")
    lock_file = ROOT / "uv.lock"
    try:
        subprocess.run([uv, "lock", *uv_arguments], cwd=ROOT, check=True)
        for name, group in LISTS.items():
            command = [uv, *EXPORT, group]
            exported = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
            write(ROOT / "requirements" / name, exported)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    finally:
        lock_file.unlink(missing_ok=True)


def write(path: Path, requirements: str) -> None:
    """Write one list, unless it names a place."""
    address = re.search(r"\S*://\S*", requirements)
    if address:
        sys.exit(f"{path.name} was not written: uv put the address {address[0]} into it.")
    draft = path.with_suffix(".draft")
    draft.write_text(requirements, encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    main(sys.argv[1:])
