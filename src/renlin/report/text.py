"""Choose the sentences of a language, set with its spacing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from renlin.report import sentences_en, sentences_zh
from renlin.report.language import Language


class Sentences:
    """Say the sentences of one language; both languages have the same ones.

    Plain sentences come back spaced, with numbers kept beside their units.
    """

    def __init__(self, language: Language) -> None:
        self.module = sentences_zh if language.code == "zh" else sentences_en
        self.language = language

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return the sentence ``name``."""
        said = getattr(self.module, name)

        def speak(*values: Any, **named: Any) -> Any:
            made = said(*values, **named)
            if isinstance(made, tuple):
                return tuple(self.language.set(line) for line in made)
            return made if isinstance(made, Markup) else self.language.set(made)

        return speak


def sentences(language: Language) -> Sentences:
    """Return the sentences of ``language``."""
    return Sentences(language)
