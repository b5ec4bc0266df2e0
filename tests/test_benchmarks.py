"""Benchmarks keep step with the program: each can be read and says what it measures."""

from importlib import import_module
from pkgutil import iter_modules

import benchmarks
import pytest

NAMES = [found.name for found in iter_modules(benchmarks.__path__) if found.name != "__main__"]


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_finds_what_it_measures(name):
    module = import_module(f"benchmarks.{name}")
    assert module.__doc__
