"""Write edits and schemes as they stand in a scheme file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from renlin.community.settings import Cell, Edit, Scheme


def edits_text(edits: Sequence[Edit]) -> str:
    """Return edits as blocks of TOML; what is unknown or empty is left out."""
    return "\n\n".join("\n".join(["[[edit]]", *_lines(edit)]) for edit in edits)


def scheme_text(scheme: Scheme) -> str:
    """Return a scheme as a file that :func:`renlin.community.scheme.read_scheme` reads back."""
    head = _pairs(scheme.model_dump(exclude={"edit"}))
    return "\n".join(head) + "\n\n" + edits_text(scheme.edit) + "\n"


def _lines(edit: Edit) -> list[str]:
    lines = _pairs(edit.model_dump(exclude={"row", "why"}))
    if edit.row:
        lines.append(f"row = {{ {', '.join(_pairs(edit.row))} }}")
    return [*lines, *_pairs({"why": edit.why})]


def _pairs(told: Mapping[str, Cell]) -> list[str]:
    known = {name: value for name, value in told.items() if value is not None and value != ""}
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in known.items()]
