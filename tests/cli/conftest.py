"""Call the command line in this process; copy Willow; keep the canaries."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from renlin.cli.main import group

WILLOW = Path(__file__).parents[1] / "places" / "willow"
NAME, NUMBER, PHONE = "欧阳桂兰", "11010519491231002X", "13800138001"
CANARIES = (NAME, "桂兰", NUMBER, "19491231002", PHONE, "1号楼1单元301", "肺病")


def valid(first_17):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(first_17, weights, strict=True))
    return first_17 + "10X98765432"[total % 11]


def hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def call():
    def called(*arguments):
        return CliRunner().invoke(group, [str(argument) for argument in arguments])

    return called


@pytest.fixture(scope="session")
def read(call):
    """Return the one object a command prints with --json."""

    def called(*arguments):
        return json.loads(call(*arguments, "--json").stdout)

    return called


@pytest.fixture
def willow(tmp_path):
    root = tmp_path / "willow"
    shutil.copytree(WILLOW, root)
    return root


@pytest.fixture
def registers(willow):
    """Return Willow without residents, with two sound registers to make them from."""
    for name in (
        "persons", "households", "dwellings", "facts", "ties", "pairs", "helpers", "corrections",
        "measures", "nominations", "attitudes",
    ):  # fmt: skip
        (willow / "layers" / f"{name}.csv").unlink()
    for path in (willow / "schemes").glob("*.toml"):
        path.unlink()
    study = willow / "study.toml"
    study.write_text(study.read_text().replace('schemes = ["gate", "pair"]', "schemes = []"))
    folder = willow / "registers"
    folder.mkdir()
    (folder / "hukou.csv").write_text(
        "户号,姓名,身份证号,住址,联系电话,出生日期\n"
        f"1,{NAME},{valid('11010519420301234')},柳树院1号楼1单元301,{PHONE},1942-03-01\n"
        f"2,吴强,{valid('11010519960605231')},柳树院2号楼1单元101,13900000002,1996-06-05\n",
        encoding="gb18030",
    )
    (folder / "civil.csv").write_text(
        f"姓名,地址,独居,出生日期\n{NAME},柳树院1号楼1单元301,是,1942-03-01\n", encoding="utf-8-sig"
    )
    (folder / "mapping.toml").write_text(
        '[registers.hukou]\nfile = "hukou.csv"\nrole = "household"\nsource = "police"\n'
        "as_of = 2026-10-01\n"
        '[registers.civil]\nfile = "civil.csv"\nrole = "civil_affairs"\nsource = "civil"\n'
        "as_of = 2026-09-01\n",
        encoding="utf-8",
    )
    return willow
