"""Call the command line in this process."""

import pytest
from click.testing import CliRunner

from renlin.cli.main import group


@pytest.fixture(scope="session")
def run_cli():
    """Return a caller of the command line."""

    def called(*arguments):
        return CliRunner().invoke(group, [str(argument) for argument in arguments])

    return called
