"""What several test modules share."""

import pytest
import utfall

from tests.small_region import write_region


@pytest.fixture(scope="session")
def small_region(tmp_path_factory):
    """The small region, opened."""
    return utfall.open_region(write_region(tmp_path_factory.mktemp("small") / "region"))
