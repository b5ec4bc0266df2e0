"""Call the command line in this process; run the shipped cases once for all who read them."""

import pytest
from click.testing import CliRunner

from renlin.cli.main import group
from renlin.verification import verify


@pytest.fixture(scope="session")
def run_cli():
    """Return a caller of the command line."""

    def called(*arguments):
        return CliRunner().invoke(group, [str(argument) for argument in arguments])

    return called


@pytest.fixture(scope="session")
def page():
    """Return the bands of the shipped cases, as ``verify`` gives them."""
    return verify()
