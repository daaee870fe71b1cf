"""Which of the engines' tests wait for `make test-all`: a question to Spark takes seconds where others take tenths."""

import pytest

ALWAYS_ON_SPARK = (
    "test_every_engine_gives_the_amounts_that_the_files_give[spark-by unit, line and month]",
    "test_every_row_of_the_databases_table_is_used_or_left_out_for_a_reason[spark]",
)
"""Tests that every run asks Spark too."""


def pytest_collection_modifyitems(items):
    for item in items:
        if "/engines/" in str(item.path) and "[spark" in item.name and item.name not in ALWAYS_ON_SPARK:
            item.add_marker(pytest.mark.slow)
