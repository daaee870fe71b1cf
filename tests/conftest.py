"""What several test modules share."""

from pathlib import Path

import pytest

import utfall
from tests.small_region import write_region
from utfall.needless import leave_out_needless

leave_out_needless()


@pytest.fixture(scope="session")
def small_region(tmp_path_factory):
    """The small region, opened."""
    return utfall.open_region(write_region(tmp_path_factory.mktemp("small") / "region"))


DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
DEMO_CODE = Path(utfall.__file__).parent / "demo"


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    """The made-up region: the checkout's own when it is up to date, else one made for these tests."""
    newest = max(path.stat().st_mtime for path in DEMO_CODE.rglob("*.py"))
    if (DEMO / "region.yaml").is_file() and (DEMO / "region.yaml").stat().st_mtime >= newest:
        return DEMO
    from utfall.demo import make_region

    return make_region(tmp_path_factory.mktemp("demo") / "region")
