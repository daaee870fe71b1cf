"""The region of the worked example, opened once: its ledger runs from 2022 to August 2026."""

from __future__ import annotations

import pytest

from tests.scenarios.engine.examples_on_disk import open_example
from utfall.region import Region


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """Balance sheets of 2024 and 2025, an income statement of 2025, and eight booked months of 2026."""
    return open_example(tmp_path_factory.mktemp("example"))
