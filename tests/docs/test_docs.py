"""The documentation names only commands, files, keys and entries that exist, and its examples run."""

import json
import re
import shlex
import shutil
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from renlin.catalogue.load import load
from renlin.cli.main import group
from renlin.cli.verbs import VERBS
from renlin.community.community import TABLES
from renlin.community.settings import Scenario, Scheme, Uncertainty, declare
from renlin.intake.build import build
from renlin.intake.layer_mapping import LayerMapping
from renlin.intake.mapping import RegisterMapping
from renlin.intake.matching.spec import Spec
from renlin.intake.roll import TOLERABLE, aliases
from renlin.needs.indices import Definition
from renlin.study.uncertainty.doubts import doubts, narrowed
from renlin.study.uncertainty.held import values_of
from renlin.verification.cases import Stated
from renlin.verification.measures import MEASURES
from renlin.verification.published.page import known_kinds

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LIULIN = ROOT / "examples" / "liulin"


def text_of(page):
    return page.read_text(encoding="utf-8")


def said_commands():
    """Yield page, words of every call of the program in code, on a line or inline."""
    for page in PAGES:
        calls = re.findall(r"^renlin .+$|`(renlin [^`]+)`", text_of(page), flags=re.M)
        lines = re.findall(r"^(renlin .+)$", text_of(page), flags=re.M)
        for call in dict.fromkeys([*lines, *filter(None, calls)]):
            yield page, shlex.split(call.replace("…", ""))


def blocks(page, kind):
    return re.findall(rf"```{kind}\n(.*?)```", text_of(page), flags=re.S)


def verb_of(words):
    rest = [word for word in words[1:] if word not in ("--lang", "en", "zh")]
    return next((word for word in rest if not word.startswith("-")), None)


def test_the_pages_hold_commands_to_be_tested():
    assert len(list(said_commands())) > 20


@pytest.mark.parametrize(
    ("page", "words"), list(said_commands()), ids=lambda x: getattr(x, "name", None)
)
def test_every_command_and_option_that_is_named_exists(page, words):
    verb = verb_of(words)
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    known = {"--lang", "--help", "--version"}
    if verb is not None:
        assert verb in VERBS
        command = group.get_command(click.Context(group), verb)
        known |= {option for param in command.params for option in param.opts}
    assert options <= known


def test_the_page_of_commands_tells_every_verb():
    told = set(
        re.findall(r"^\| `renlin ([a-z]+)`", text_of(ROOT / "docs" / "commands.md"), flags=re.M)
    )
    assert told == set(VERBS)


def test_every_path_of_the_project_that_is_named_exists():
    for page in PAGES:
        for path in re.findall(r"`((?:src|docs|examples|tests|renlin)/[^`*…]+)`", text_of(page)):
            under = ROOT / path if not path.startswith("renlin/") else ROOT / "src" / path
            assert under.exists(), (page.name, path)


def test_every_part_of_the_catalogue_that_is_named_exists():
    folder = ROOT / "src" / "renlin" / "catalogue"
    for page in PAGES:
        for pattern in re.findall(r"catalogue/([\w/*]+\.\w+)", text_of(page)):
            assert list(folder.glob(pattern)), (page.name, pattern)


def test_every_name_of_the_library_that_is_named_can_be_imported():
    for page in PAGES:
        for dotted in re.findall(r"`renlin\.([a-z_.]+)\(", text_of(page)):
            room, _, verb = dotted.rpartition(".")
            assert callable(getattr(import_module(f"renlin.{room}"), verb)), (page.name, dotted)


def test_every_entry_of_the_folder_that_is_shown_is_there_or_optional():
    tree = blocks(ROOT / "docs" / "folder.md", "")[0]
    shown = re.findall(r"^  ([\w*./]+)", tree, flags=re.M)
    assert len(shown) > 8
    optional = {"maps/", "keys/"}
    for entry in set(shown) - optional:
        assert list(LIULIN.glob(entry.rstrip("/"))), entry


def test_the_layers_that_building_writes_are_tables():
    line = re.search(r"`layers/` 里的 ([\w、]+)", text_of(ROOT / "docs" / "folder.md"))
    assert set(line[1].split("、")) <= set(TABLES)


def toml_blocks():
    for page in PAGES:
        for block in blocks(page, "toml"):
            yield page.name, tomllib.loads(block)


@pytest.mark.parametrize(("name", "fields"), list(toml_blocks()))
def test_every_toml_block_holds_only_keys_and_words_that_exist(name, fields):
    catalogue = load()
    for stated in fields.get("registers", {}).values():
        mapping = declare(stated, RegisterMapping, name)
        assert set(mapping.columns.values()) <= set(aliases(catalogue))
        assert set(mapping.complete) <= set(catalogue.indicators)
        assert set(mapping.tolerate) <= set(TOLERABLE)
    for stated in fields.get("layers", {}).values():
        layer = declare(stated, LayerMapping, name)
        assert set(layer.columns.values()) <= {c.column for c in catalogue.tables[layer.table]}
    if "edit" in fields:
        scheme = declare(fields, Scheme, name)
        assert {edit.lever for edit in scheme.edit} <= set(catalogue.levers)
    if "variables" in fields:
        declare(fields, Definition, name)
    if "blocking" in fields:
        declare(fields, Spec, name)
    if "expect" in fields and "kind" in fields:
        declare(fields, known_kinds()[fields["kind"]].stated, name)
    elif "expect" in fields:
        case = declare(fields, Stated, name)
        assert {one.measure for one in case.expect} <= set(MEASURES)
        assert set(case.speed_density.values()) <= set(catalogue.speed_density)
    if "horizon" in fields and "kind" in fields:
        scenario = declare(fields, Scenario, name)
        kinds = {scenario.kind, *(blow.kind for blow in scenario.also)}
        assert kinds <= set(catalogue.scenarios)
    if "uncertainty" in fields:
        asked = declare(fields["uncertainty"], Uncertainty, name)
        values = values_of(catalogue)
        assert narrowed(doubts(values, values, catalogue), values, asked.vary)
    known = {
        "registers",
        "layers",
        "edit",
        "expect",
        "kind",
        "uncertainty",
        "variables",
        "blocking",
    }
    assert known & set(fields)


def test_the_kinds_of_damage_that_may_be_tolerated_are_those_told():
    line = next(
        x for x in text_of(ROOT / "docs" / "folder.md").split("\n") if x.startswith("`tolerate`")
    )
    assert set(re.findall(r"`(\w+)`", line.split(":")[0])) - {"tolerate"} == set(TOLERABLE)


def readme_calls():
    """Yield the calls of the README's block that are quick and need no results."""
    block = next(b for b in blocks(ROOT / "README.md", "") if b.startswith("renlin"))
    for line in block.strip().split("\n"):
        words = shlex.split(line)[1:]
        if words[0] in ("check", "inspect", "doctor"):
            yield words


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a folder with the example community in it as the first run leaves it."""
    root = tmp_path_factory.mktemp("readme")
    shutil.copytree(LIULIN, root / "examples" / "liulin")
    build(root / "examples" / "liulin")
    return root


@pytest.mark.parametrize("words", list(readme_calls()), ids=" ".join)
def test_the_quick_examples_of_the_readme_run(words, built, monkeypatch):
    monkeypatch.chdir(built)
    done = CliRunner().invoke(group, words)
    assert done.exit_code == 0, done.stderr
    assert done.stdout


def test_the_example_of_explain_asks_for_a_row_that_the_example_community_has():
    catalogue, study = load(), tomllib.loads((LIULIN / "study.toml").read_text(encoding="utf-8"))
    rows = {
        words[words.index("--row") + 1]
        for _, words in said_commands()
        if "--row" in words and "simulation.comparison" in words
    }
    assert rows
    for row in rows:
        scheme, scenario, display = row.split("|")
        assert scheme in study["schemes"]
        assert scenario in study["scenarios"]
        assert display in catalogue.displays


def test_the_keys_of_json_that_are_told_are_those_that_are_printed(tmp_path):
    told = dict(
        re.findall(
            r"^\| `renlin (\w+)` \| (`[a-z_`, ]+) \|$",
            text_of(ROOT / "docs" / "commands.md"),
            flags=re.M,
        )
    )
    willow = ROOT / "tests" / "places" / "willow"
    for words in (["check", str(willow)], ["inspect", str(willow)], ["doctor"]):
        value = json.loads(CliRunner().invoke(group, [*words, "--json"]).stdout)
        assert list(value) == re.findall(r"`(\w+)`", told[words[0]])
