"""Read what the holder states about each register: file, role, date, columns, words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Literal

from pydantic import Field, field_validator

from renlin.community.settings import Declared, declare, read_declared
from renlin.errors import DataFault, Fault, Said

Role = Literal["household", "civil_affairs", "medical", "other"]


class RegisterMapping(Declared):
    """What one ``[registers.NAME]`` of the mapping file says.

    Attributes
    ----------
    file
        The register, relative to the folder of the mapping file.
    sheet
        Sheet of a workbook; None takes the only visible one that holds anything.
    heading_row
        Row of the headings where it cannot be told.
    role
        Which body's register it is, in the roles linkage knows.
    source
        Who keeps it, as printed beside every fact.
    as_of
        Day the register was exported: ages and expiry count from it.
    columns
        Heading of the register -> column of ours.
    ignore
        Headings left out on purpose.
    values
        Column of ours -> word of the register -> value.
    complete
        Indicator -> value of everybody this register does not list. Only for lists the
        body vouches for as complete (a disability register: who is not on it has no
        registered disability); without it, not being listed means unknown.
    tolerate
        Kinds of damage that are listed and lived with (the value counts as unknown)
        instead of stopping the build: ``identity_number``, ``age``, ``date``, ``range``,
        ``word``, ``repeated``. None by default.
    """

    file: str
    sheet: str | None = None
    heading_row: int | None = Field(default=None, ge=1)
    role: Role
    source: str = Field(min_length=1)
    as_of: dt.date
    columns: dict[str, str] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    complete: dict[str, str] = Field(default_factory=dict)
    tolerate: tuple[str, ...] = ()

    @field_validator("file")
    @classmethod
    def _inside(cls, file: str) -> str:
        paths = (PurePosixPath(file), PureWindowsPath(file))
        if not file or any(p.is_absolute() or p.drive or ".." in p.parts for p in paths):
            raise ValueError("a path inside the folder of the mapping file")
        return file


class _MappingFile(Declared):
    registers: dict[str, dict[str, Any]]


def read_mapping(path: Path) -> dict[str, RegisterMapping]:
    """Return name -> statement of every register in a mapping file.

    The file is TOML with one table per register::

        [registers.hukou]
        file = "户籍.xls"
        role = "household"
        source = "派出所"
        as_of = 2026-03-01
        columns = {"住户姓名" = "name"}
        ignore = ["序号"]
        values = {"lives_alone" = {"是" = "yes", "否" = "no"}}

    Raises
    ------
    DataFault
        With all faults of the file: unknown keys with the nearest known one, missing
        keys, paths that leave the folder, no register at all.
    """
    registers, faults = _declared(path)
    if faults:
        raise DataFault(faults)
    return registers


def readable_mapping(path: Path) -> tuple[dict[str, RegisterMapping], tuple[Fault, ...]]:
    """Return the registers of a mapping file that are stated well, and the faults of the rest.

    So that one register stated wrongly does not hide the faults of the others.
    """
    try:
        registers, faults = _declared(path)
    except DataFault as error:
        return {}, error.faults
    return registers, tuple(faults)


def _declared(path: Path) -> tuple[dict[str, RegisterMapping], list[Fault]]:
    stated = read_declared(path, _MappingFile, kind=DataFault).registers
    faults: list[Fault] = []
    registers: dict[str, RegisterMapping] = {}
    for name, fields in stated.items():
        place = f"{path.name}[registers.{name}]"
        try:
            registers[name] = declare(fields, RegisterMapping, place, kind=DataFault)
        except DataFault as error:
            faults += error.faults
    if not stated:
        remedy = Said("请至少写一个 [registers.名称]。", "Write at least one [registers.NAME].")
        faults.append(Fault(path.name, Said("登记表", "a register"), Said("没有", "none"), remedy))
    return registers, faults
