"""Read YAML as text that knows its line, so that a fault can point at it.

Values stay as written (``2025.1`` is a version, not a number; ``是`` and ``yes`` are
words): the reader of the file decides what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    @property
    def empty(self) -> bool:
        """Return whether nothing stands there."""
        return self.kind == "text" and self.text in ("", "~", "null")

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
            indirect = list(_indirect(text))
            node = None if indirect else yaml.compose(text, Loader=LOADER)
        except yaml.YAMLError as error:
            self._broken(error, text)
            return None
        except RecursionError:
            self.fault(1, "", Said("层数不多的内容", "entries nested a few deep"), _DEEP, _FORMAT)
            return None
        for line, got in indirect:
            remedy = Said("把内容写出来。", "Write it out.")
            self.fault(line, "", Said("直接写出的内容", "plain entries"), got, remedy)
        if indirect:
            return None
        if node is not None and _depth(node) > MOST_LEVELS:
            self.fault(1, "", Said("层数不多的内容", "entries nested a few deep"), _DEEP, _FORMAT)
            return None
        if not isinstance(node, yaml.MappingNode):
            expected = Said("「键: 值」的文件", "a file of keys and values")
            self.fault(1, "", expected, Said("别的内容", "something else"), _FORMAT)
            return None
        return self._item(node)

    def _broken(self, error: yaml.YAMLError, text: str) -> None:
        """Note where the file stops being YAML: where the entry began that never ends."""
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        mark = getattr(error, "problem_mark", None)
        begun = getattr(error, "context_mark", None)
        if begun is not None and "could not find expected" in problem:
            mark = begun
        line = mark.line + 1 if mark is not None else _line_of(text)
        rows = text.splitlines()
        written = rows[line - 1] if line <= len(rows) else ""
        remedy = Said("改正该行；含方括号的条件写成引号里的字。", "Correct that line.")
        if "\t" in written:
            remedy = Said("制表符改成空格。", "Write spaces in place of tabs.")
        elif any(sign in written for sign in FULL_WIDTH):
            remedy = HALF_WIDTH
        self.fault(line, "", Said("YAML 格式", "YAML"), Said(problem, problem), remedy)

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
                remedy = did_you_mean(key, allowed)
                if any(sign in key for sign in FULL_WIDTH):
                    remedy = HALF_WIDTH
                self.fault(entry.line, key, listed, got, remedy)
        for key in required:
            if key in item.fields and item.fields[key].empty:
                expected = Said(f"{what}里「{key}」的内容", f"something under {key} of {what}")
                got = Said("空的", "nothing")
                self.fault(item.fields[key].line, key, expected, got, _FORMAT)
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


def _indirect(text: str) -> Iterator[tuple[int, Said]]:
    """Yield line and kind of what stands for something else: anchors, aliases, types."""
    for event in yaml.parse(text, Loader=LOADER):
        mark = event.start_mark
        line = mark.line + 1 if mark is not None else 1
        if isinstance(event, yaml.AliasEvent):
            yield line, Said("引用（*）", "an alias (*)")
        elif getattr(event, "anchor", None):
            yield line, Said("锚点（&）", "an anchor (&)")
        elif getattr(event, "tag", None) not in (None, "!"):
            yield line, Said("类型标记（!）", "a type tag (!)")


def _line_of(text: str) -> int:
    """Return the line of the first sign YAML does not allow; its reader does not say."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _depth(node: yaml.Node) -> int:
    """Return how many levels lie within ``node``, counted without recursion."""
    deepest, left = 0, [(node, 1)]
    while left:
        one, level = left.pop()
        deepest = max(deepest, level)
        inside = one.value if isinstance(one, yaml.CollectionNode) else ()
        parts = [
            part for entry in inside for part in (entry if isinstance(entry, tuple) else (entry,))
        ]
        left += [(part, level + 1) for part in parts]
    return deepest


MOST_LEVELS = 50
"""Levels a rule file may have; the deepest shipped one has 6. A bound of memory."""


FULL_WIDTH = "：，｛｝［］、"
"""Punctuation that looks like YAML's and is not."""
HALF_WIDTH = Said(
    "冒号、逗号和括号用半角，如 键: {甲: 乙, 丙: 丁}。", "Write : , { } [ ] in half width."
)
_DEEP = Said("层数太多", "too many levels")
_FORMAT = Said("照规则文件的格式写。", "Follow the format of the rule files.")
