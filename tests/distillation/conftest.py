"""One run that nothing interrupts, for all that is held against it."""

from pathlib import Path

import pytest

from tests.support.forks import done, shell
from tests.support.trainings import digest


@pytest.fixture(scope="session")
def whole(write_recipe, tmp_path_factory) -> tuple[Path, str]:
    """Its folder and its digest."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    return folder, digest(done(shell, "distil", "--out", folder, "--recipe", write_recipe(), log=folder.with_name("log")))
