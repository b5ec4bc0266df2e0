"""Nothing is kept about anybody without purpose, ground, term and readers."""

from renlin.catalogue.load import load

HOLDERS = {"community_worker", "duty_officer", "grid_worker", "planner"}


def test_every_indicator_and_every_column_of_identity_is_registered():
    known = load()
    assert set(known.indicators) | set(known.registers) <= set(known.fields)


def test_every_field_names_purposes_and_roles_that_exist():
    known = load()
    for entry in known.fields.values():
        assert set(entry.purposes) <= set(known.purposes), entry.code
        assert set(entry.roles) <= set(known.roles), entry.code


def test_what_is_sensitive_is_open_to_those_who_work_with_it_only():
    known = load()
    for entry in known.fields.values():
        if entry.sensitivity == "sensitive":
            assert set(entry.roles) <= {"community_worker", "duty_officer"}, entry.code
        seeing_counts = {role for role in entry.roles if known.roles[role].sees == "counts"}
        assert not seeing_counts or entry.sensitivity == "internal", entry.code


AGELESS = 36500
"""Days of validity of what does not grow old, such as a building's structure."""


def test_what_is_still_valid_as_evidence_may_still_be_kept():
    known = load()
    for code, entry in known.indicators.items():
        valid = entry.expiry.value
        assert valid <= known.fields[code].retention_days or valid >= AGELESS, code
