"""Draw the example community 柳林新村 and write it to ``examples/liulin``.

Usage: ``python examples/generate_liulin.py [--out FOLDER]``. Needs the development
dependency openpyxl for the one register that is a workbook.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Write the folder and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "liulin")
    out = parser.parse_args().out
    sys.path.insert(0, str(HERE))
    from liulin_generator.folder import write

    written = write(out)
    size = sum(path.stat().st_size for path in written)
    print(f"{out}: {len(written)} 个文件 / files, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
