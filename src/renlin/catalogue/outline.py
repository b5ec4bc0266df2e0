"""Read YAML as text that knows its line, so that a fault can point at it.

Values stay as written (``2025.1`` is a version, not a number; ``是`` and ``yes`` are
words): the reader of the file decides what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from renlin.errors import Fault, Said, did_you_mean

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast reader of the YAML library where it is built in; both understand the same."""


@dataclass(frozen=True)
class Item:
    """A word, a list or a mapping of a YAML file, with its 1-based line."""

    line: int
    text: str | None = None
    items: tuple[Item, ...] = ()
    fields: dict[str, Item] = field(default_factory=dict)
    kind: str = "text"

    def get(self, key: str) -> Item | None:
        """Return the entry under ``key``, or None."""
        return self.fields.get(key)


class Outline:
    """Gather what is wrong in one file while its parts are read.

    Parameters
    ----------
    place
        File name for the faults.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.faults: list[Fault] = []

    def read(self, text: str) -> Item | None:
        """Return the whole file, or None (with a fault) when it is no YAML mapping."""
        try:
            aliases = [
                event.start_mark.line + 1
                for event in yaml.parse(text, Loader=LOADER)
                if isinstance(event, yaml.AliasEvent) and event.start_mark is not None
            ]
            node = None if aliases else yaml.compose(text, Loader=LOADER)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = str(getattr(error, "problem", None) or error)
            remedy = Said("改正该行；含方括号的条件写成引号里的字。", "Correct that line.")
            got = Said(problem, problem)
            self.fault(mark.line + 1 if mark else 1, "", Said("YAML 格式", "YAML"), got, remedy)
            return None
        if aliases:
            remedy = Said("把内容写出来。", "Write it out.")
            got = Said("引用（*）", "an alias (*)")
            self.fault(aliases[0], "", Said("直接写出的内容", "plain entries"), got, remedy)
            return None
        if not isinstance(node, yaml.MappingNode):
            expected = Said("「键: 值」的文件", "a file of keys and values")
            self.fault(1, "", expected, Said("别的内容", "something else"), _FORMAT)
            return None
        return self._item(node)

    def fault(self, line: int, column: str, expected: Said, got: Said, remedy: Said) -> None:
        """Note one fault."""
        self.faults.append(Fault(self.place, expected, got, remedy, line, column or None))

    def known(self, item: Item, keys: Iterable[str], required: Iterable[str], what: str) -> None:
        """Note unknown keys, with the nearest known one, and required keys that are absent."""
        allowed = tuple(keys)
        listed = Said("、".join(allowed), ", ".join(allowed))
        for key, entry in item.fields.items():
            if key not in allowed:
                got = Said(f"未知的键「{key}」", f"unknown key {key}")
                self.fault(entry.line, key, listed, got, did_you_mean(key, allowed))
        for key in required:
            if key not in item.fields:
                expected = Said(f"{what}要写「{key}」", f"{key} under {what}")
                self.fault(item.line, key, expected, Said("没有", "nothing"), _FORMAT)

    def text(self, item: Item | None, column: str) -> str | None:
        """Return the word of ``item``; None, with a fault, when it is a list or mapping."""
        if item is None:
            return None
        if item.kind != "text":
            expected = Said("一个词", "one word")
            self.fault(item.line, column, expected, Said("多项", "several entries"), _FORMAT)
            return None
        return item.text or ""

    def texts(self, item: Item | None, column: str) -> tuple[str, ...]:
        """Return the words of a list, or of one word standing alone."""
        if item is None:
            return ()
        parts = item.items if item.kind == "list" else (item,)
        found = (self.text(part, column) for part in parts)
        return tuple(word for word in found if word)

    def _item(self, node: yaml.Node) -> Item:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            return Item(line, items=tuple(self._item(n) for n in node.value), kind="list")
        if isinstance(node, yaml.MappingNode):
            return Item(line, fields=self._fields(node), kind="mapping")
        return Item(line, text=str(node.value).strip())

    def _fields(self, node: yaml.MappingNode) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for key_node, value in node.value:
            key = str(key_node.value).strip()
            line = key_node.start_mark.line + 1
            if key in found:
                expected = Said("只写一次的键", "a key written once")
                got = Said(f"又写了「{key}」", f"{key} again")
                remedy = Said("合并或改名。", "Merge the two or rename one.")
                self.fault(line, key, expected, got, remedy)
            made = self._item(value)
            found[key] = Item(line, made.text, made.items, made.fields, made.kind)
        return found


_FORMAT = Said("照规则文件的格式写。", "Follow the format of the rule files.")
