"""``renlin build --model`` learns weights of linkage once, keeps them, and uses them again."""

import json

from tests.cli.conftest import CANARIES, hashes


def build(call, folder, *more):
    return call("--lang", "en", "build", folder, *more)


def test_weights_are_learnt_once_and_give_the_same_layers_again(registers, call, tmp_path):
    model = tmp_path / "cities" / "willow.json"
    first = build(call, registers, "--model", model)
    assert first.exit_code == 0, first.output
    kept, layers = model.read_bytes(), hashes(registers / "layers")
    again = build(call, registers, "--model", model)
    assert again.exit_code == 0, again.output
    assert model.read_bytes() == kept
    assert hashes(registers / "layers") == layers
    assert not list(model.parent.glob("*.part"))


def test_a_model_holds_chances_and_nothing_of_anybody(registers, call, tmp_path):
    model = tmp_path / "m.json"
    build(call, registers, "--model", model)
    text = model.read_text(encoding="utf-8")
    assert set(json.loads(text)) == {
        "comparisons", "format", "n_a", "n_b", "notes", "prior", "seed", "told_apart",
    }  # fmt: skip
    assert not any(canary in text for canary in CANARIES)


def test_another_file_is_refused_and_nothing_is_built(registers, call, tmp_path):
    model = tmp_path / "m.json"
    before = hashes(registers / "layers")
    for content in ("", "[]", '{"format": "renlin link model 1"}', "\udcff"):
        model.write_bytes(content.encode("utf-8", "surrogateescape"))
        done = build(call, registers, "--model", model)
        assert done.exit_code == 1
        assert "m.json: expected a model" in done.stderr
        assert "remove it and renlin build --model" in done.stderr
    assert hashes(registers / "layers") == before


def test_weights_of_other_fields_are_refused(registers, call, tmp_path):
    model = tmp_path / "m.json"
    build(call, registers, "--model", model)
    told = json.loads(model.read_text(encoding="utf-8"))
    told["comparisons"].pop("phone")
    model.write_text(json.dumps(told), encoding="utf-8")
    done = build(call, registers, "--model", model)
    assert done.exit_code == 1
    assert "column phone" in done.stderr


def test_one_register_has_nothing_to_learn_from(registers, call, tmp_path):
    mapping = registers / "registers" / "mapping.toml"
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text[: text.index("[registers.civil]")], encoding="utf-8")
    done = build(call, registers, "--model", tmp_path / "m.json")
    assert done.exit_code == 1
    assert "two registers at least" in done.stderr
    assert not (tmp_path / "m.json").exists()


def test_a_folder_is_no_model(registers, call, tmp_path):
    assert build(call, registers, "--model", tmp_path).exit_code == 2
