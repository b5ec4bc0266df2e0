"""Choose the sentences of a language."""

from __future__ import annotations

from types import ModuleType

from renlin.report import sentences_en, sentences_zh
from renlin.report.numbers import Code


def sentences(code: Code) -> ModuleType:
    """Return the module of sentences of language ``code``; both hold the same functions."""
    return sentences_zh if code == "zh" else sentences_en
