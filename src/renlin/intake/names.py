"""Read a person's name into keys under which two registers may know the same person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from renlin.errors import Said, described
from renlin.intake.characters import (
    LONGEST_VALUE,
    half_width,
    is_missing,
    without_blanks,
    without_brackets,
)
from renlin.intake.plausibility import is_hanzi
from renlin.intake.reading import Doubt
from renlin.intake.surnames import COMMON, COMPOUND, READINGS

Kind = Literal["hanzi", "latin", "masked", "damaged", "unknown", "missing"]

_DOTS = re.compile(r"[·•‧∙⋅・･●.]")
_EDGES = "·,，;:'\"-_/、。 "
_MASK = re.compile(r"[*×某]|(?<=[\u3400-\u9fff])[Xx]{1,3}(?=[\u3400-\u9fff]|$)")
_LOST = re.compile("[?\ufffd□■]")
_FORM = re.compile(
    r"(?:[老小].|.{1,2}(?:女士|先生|小姐|同志|大爷|大妈|大娘|奶奶|爷爷|阿姨|叔叔|老师|师傅)"
    r"|.+之[子女])"
)
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|iao|uai|ian|uan|ai|ei|ao|ou|an|en|in|un|er|"
    r"ia|ie|iu|ua|uo|ui|ue|ve|a|o|e|i|u|v)"
)
_SYLLABLES = re.compile(rf"(?:{_SYLLABLE.pattern}){{1,3}}")
_NAME = Said("姓名", "a person's name")
_CHECK = Said("请核对姓名。", "Check the name.")


@dataclass(frozen=True)
class PersonName:
    """What one name cell says.

    Parameters
    ----------
    kind
        ``masked`` hides characters or gives a form of address (李某, 王*, 张奶奶);
        ``damaged`` lost some (张?明).
    text
        The name in one width, without remarks and without blanks between hanzi.
    hanzi
        The hanzi without dots; None where there are none or some are hidden.
    pinyin
        Surname and given name in toneless pinyin (ü as v), the two parts sorted and
        joined by a blank: the order in which they were written does not matter.
    others
        Further keys, where the name can be read in more than one way.
    remark
        What stood in brackets (户主, 已故): it belongs to another column.
    reasons
        What is wrong or doubtful, without the name.
    """

    kind: Kind
    text: str = field(default="", repr=False)
    hanzi: str | None = field(default=None, repr=False)
    pinyin: str | None = field(default=None, repr=False)
    others: tuple[str, ...] = field(default=(), repr=False)
    remark: str = field(default="", repr=False)
    reasons: tuple[Doubt, ...] = ()


def read_name(text: str | None) -> PersonName:
    """Return the keys of a name in hanzi, or in pinyin of either order.

    Rare and private-use hanzi are kept as they are. A dot inside a name stays in
    ``text``; ``hanzi`` is without it, for one register writes it and the next does not.
    Where hanzi and Latin letters stand together the hanzi are the name.

    Parameters
    ----------
    text
        The cell.

    Source: pypinyin.

    Examples
    --------
    >>> read_name("李晓明").pinyin == read_name("Xiaoming Li").pinyin == "li xiaoming"
    True
    """
    if text is None or is_missing(text):
        return PersonName("missing")
    if len(text) > LONGEST_VALUE:
        return PersonName("unknown", reasons=(Doubt(_NAME, described(text), _CHECK),))
    name, remark = without_brackets(half_width(text))
    name = name.strip(_EDGES)
    reasons = _noticed(name, remark)
    if not name:
        return PersonName("missing", remark=remark, reasons=reasons)
    hanzi = "".join(c for c in _DOTS.sub("·", without_blanks(name)) if c == "·" or _is_written(c))
    hanzi = hanzi.strip("·")
    flaw = _flaw(without_blanks(name))
    if flaw is not None:
        return PersonName(flaw[0], name, remark=remark, reasons=(*reasons, flaw[1]))
    latin = any(c.isalpha() and not _is_written(c) for c in name)
    if len(hanzi) > 1 or (hanzi and not latin):
        key, others = pinyin_of(hanzi)
        plain = hanzi.replace("·", "")
        return PersonName("hanzi", hanzi, plain, key, others, remark, reasons)
    keys = () if hanzi else latin_keys(name)
    if keys:
        return PersonName("latin", name, None, keys[0], keys[1:], remark, reasons)
    got = Said("不成姓名的文字", "no whole name")
    return PersonName("unknown", name, remark=remark, reasons=(*reasons, Doubt(_NAME, got, _CHECK)))


def pinyin_of(hanzi: str) -> tuple[str, tuple[str, ...]]:
    """Return the key of a name in hanzi, and further keys where it can be read otherwise.

    The surname is read from its own table (单 shàn, 仇 qiú, 万俟 mòqí), the given name as
    in common writing. What looks like a compound surname may also be a single one with a
    longer given name: both are keys. Parts between dots are parts of the key.

    Examples
    --------
    >>> pinyin_of("单雄信")
    ('shan xiongxin', ())
    """
    if "·" in hanzi:
        return _joined(_read(part) for part in hanzi.split("·") if part), ()
    keys: list[str] = []
    for length in (2, 1):
        surname, given = hanzi[:length], hanzi[length:]
        if length == 1 or (given and surname in COMPOUND):
            readings = COMPOUND.get(surname) or READINGS.get(surname) or (_read(surname),)
            keys += [_joined((reading, _read(given))) for reading in readings]
    return keys[0], tuple(dict.fromkeys(keys[1:]))


def latin_keys(name: str) -> tuple[str, ...]:
    """Return the keys of a name in Latin letters, the likeliest first.

    Two words are surname and given name in either order. Of more words, the surname is
    the first or last one that is a frequent surname, or a compound surname; the others
    are the given name. One word is cut where a frequent surname ends and syllables follow.

    Examples
    --------
    >>> latin_keys("Li Xiao Ming"), latin_keys("OUYANG XIU")
    (('li xiaoming',), ('ouyang xiu',))
    """
    words = _latin_words(name)
    if len(words) == 1:
        cuts = [
            _joined((words[0][:i], words[0][i:]))
            for i in range(len(words[0]) - 1, 0, -1)
            if words[0][:i] in surname_syllables() and _SYLLABLES.fullmatch(words[0][i:])
        ]
        return tuple(dict.fromkeys([*cuts, words[0]]))
    if len(words) == 2:
        return (_joined(words),)
    splits = [(words[:n], words[n:]) for n in (2, 1) if "".join(words[:n]) in surname_syllables()]
    splits += [(words[-1:], words[:-1])] if words and words[-1] in surname_syllables() else []
    splits += [(words[:1], words[1:])] if words else []
    keys = [_joined(("".join(a), "".join(b))) for a, b in splits]
    return tuple(dict.fromkeys(keys))


@lru_cache(maxsize=1)
def surname_syllables() -> frozenset[str]:
    """Return the pinyin of frequent and of compound surnames."""
    single = {r for c in COMMON for r in READINGS.get(c) or (_read(c),)}
    return frozenset(single) | {r for readings in COMPOUND.values() for r in readings}


@lru_cache(maxsize=100_000)
def _read(hanzi: str) -> str:
    """Return toneless pinyin of hanzi; what has none stays as it is."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(hanzi)).replace("ü", "v") if hanzi else ""


def _joined(parts: Iterable[str]) -> str:
    return " ".join(sorted(part for part in parts if part))


def _latin_words(name: str) -> list[str]:
    """Return the words of a Latin name in small letters without tones."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    plain = re.sub("[üǖǘǚǜÜǕǗǙǛ]", "v", spaced).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    joined = re.sub(r"(?<=\w)['’‘`-](?=\w)", "", bare)
    words = re.findall(r"[^\W\d_]+", joined)
    # Passports write ü as yu: 吕 LYU, 女 NYU.
    return [re.sub(r"^([ln])yu", r"\1v", word) for word in words]


def _is_written(c: str) -> bool:
    """Tell whether ``c`` stands for a hanzi: also 〇 and private-use characters."""
    return is_hanzi(c) or c == "〇" or unicodedata.category(c) == "Co"


def _noticed(name: str, remark: str) -> tuple[Doubt, ...]:
    """Return what people should look at although the name can be used."""
    found = []
    if remark:
        got = Said("括号里的说明", "a remark in brackets")
        remedy = Said("请把说明移到备注列。", "Move the remark to a column of its own.")
        found.append(Doubt(_NAME, got, remedy))
    if any(c.isdigit() for c in name):
        found.append(Doubt(_NAME, Said("含数字的姓名", "a name with digits"), _CHECK))
    if any(unicodedata.category(c) == "Co" for c in name):
        got = Said("自造字", "a private-use character")
        remedy = Said(
            "别的系统显示不同，请换成标准字。", "Other systems show another one: replace it."
        )
        found.append(Doubt(_NAME, got, remedy))
    return tuple(found)


def _flaw(name: str) -> tuple[Kind, Doubt] | None:
    """Return why a name must not be used as a key, or None."""
    if _LOST.search(name):
        got = Said("丢失了字的姓名", "a name that lost characters")
        return "damaged", Doubt(_NAME, got, _CHECK)
    if _MASK.search(name) or _FORM.fullmatch(name):
        got = Said("称呼或隐去部分字的姓名", "a form of address, or a name with parts hidden")
        remedy = Said("请向来源单位要全名。", "Ask its source for the full name.")
        return "masked", Doubt(_NAME, got, remedy)
    return None
