"""Every verb explains itself, Chinese first, and wrong use is told in both languages."""

import shlex

import click
import pytest

from renlin.cli.main import COMMANDS, group, spoken
from renlin.cli.verbs import VERBS


def has_hanzi(text):
    return any("一" <= c <= "鿿" for c in text)


def command_of(name):
    return group.get_command(click.Context(group), name)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_the_help_of_a_verb_speaks_chinese_first_and_gives_one_example(call, name):
    done = call(name, "--help")
    words = VERBS[name]
    assert done.exit_code == 0
    assert done.stderr == ""
    first_zh, first_en = words.zh.split("\n")[0], words.en.split("\n")[0]
    assert done.stdout.index(first_zh) < done.stdout.index(first_en)
    assert done.stdout.count(words.example) == 1


@pytest.mark.parametrize("name", sorted(VERBS))
def test_the_help_of_a_verb_in_english_holds_no_chinese(call, name):
    for arguments in (["--lang", "en", name, "--help"], [name, "--help", "--lang", "en"]):
        done = call(*arguments)
        assert done.exit_code == 0
        assert not has_hanzi(done.stdout)
        assert VERBS[name].en.split("\n")[0] in done.stdout


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_argument_and_option_of_a_verb_says_what_it_is_in_both_languages(call, name):
    zh, en = call(name, "--help").stdout, call(name, "--help", "--lang", "en").stdout
    for param in command_of(name).params:
        told = next(
            line for line in en.split("\n") if line.startswith("  ") and param_words(param) in line
        )
        assert told.split(param_words(param), 1)[1].strip()
        assert param_words(param) in zh


def param_words(param):
    return (
        param.opts[0] if isinstance(param, click.Option) else (param.metavar or param.name.upper())
    )


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_verb_takes_json_and_a_language(name):
    options = {name for param in command_of(name).params for name in param.opts}
    assert {"--json", "--lang"} <= options


@pytest.mark.parametrize("name", sorted(VERBS))
def test_the_example_of_a_verb_can_be_parsed(name):
    words = shlex.split(VERBS[name].example)
    assert words[:2] == ["renlin", name]
    command = command_of(name)
    known = {option for param in command.params for option in param.opts}
    assert {word for word in words[2:] if word.startswith("--")} <= known


def test_the_list_of_verbs_names_every_verb(call):
    for arguments in (["--help"], ["--lang", "en", "--help"]):
        listed = call(*arguments).stdout.split("Commands:")[1]
        assert [line.split()[0] for line in listed.strip().split("\n")] == sorted(COMMANDS)


def test_the_language_may_stand_before_or_after_the_verb(call, willow):
    before = call("--lang", "en", "check", willow)
    after = call("check", willow, "--lang", "en")
    assert before.stdout == after.stdout
    assert "remark" in before.stdout
    assert "提醒" in call("check", willow).stdout


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        ([], "zh"),
        (["--lang", "en", "run"], "en"),
        (["run", "x", "--lang=en"], "en"),
        (["--lang", "fr"], "zh"),
        (["--lang"], "zh"),
    ],
)
def test_the_language_is_found_anywhere_in_the_call(arguments, language):
    assert spoken(arguments) == language


WRONG = [
    ([], "用法"),
    (["run"], "缺少 FOLDER"),
    (["run", "nowhere"], "没有「nowhere」"),
    (["inspect", "nowhere.csv"], "没有「nowhere.csv」"),
    (["report", ".", "nowhere"], "没有「nowhere」"),
    (["rum", "x"], "是不是 run"),
    (["run", ".", "--seed", "3"], "是不是 --seeds"),
    (["run", ".", "--seeds", "1"], "不小于 2"),
    (["run", ".", "--seeds", "many"], "整数"),
    (["run", ".", "--out"], "--out 后面要写一个值"),
    (["needs", ".", "more"], "多写了 more"),
    (["new", "x", "--type", "castle"], "courtyard 或 work_unit"),
    (["--lang", "fr", "doctor"], "zh 或 en"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG)
def test_wrong_use_exits_with_two_and_is_told_on_stderr_in_chinese(call, arguments, told):
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert told in done.stderr


@pytest.mark.parametrize(
    "arguments", [case[0] for case in WRONG if case[0][:2] != ["--lang", "fr"]]
)
def test_wrong_use_in_english_holds_no_chinese(call, arguments):
    done = call("--lang", "en", *arguments)
    assert done.exit_code == 2
    assert done.stderr
    assert not has_hanzi(done.stderr)


def test_a_file_in_the_place_of_a_folder_is_wrong_use(call, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x")
    for name in ("run", "check", "build", "needs"):
        done = call(name, path)
        assert done.exit_code == 2
        assert "不是文件夹" in done.stderr
