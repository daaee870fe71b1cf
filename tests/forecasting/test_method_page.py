"""The method's page for auditors: its worked example is what the kit computes, its limits are the kit's."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

from utfall.forecasting.models.weights import weighted_mean

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "method_forecasting.md").read_text(encoding="utf-8")


def rows_after(heading: str) -> list[list[str]]:
    part = re.split(rf"^#+ {re.escape(heading)}$", PAGE, flags=re.M)[1]
    table = next(block for block in part.split("\n\n") if block.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def number(text: str) -> float:
    return float(text.replace(",", "."))


def test_the_worked_example_is_what_the_members_are_weighed_to() -> None:
    *members, total = rows_after("Räkneexempel")
    paths = np.array([number(row[1]) for row in members])
    errors = np.array([number(row[2]) for row in members])
    found = weighted_mean(paths[:, None, None], errors[:, None], np.ones(1)).item()
    assert found == pytest.approx(number(total[4]), abs=0.006)
    weights = errors**-3.0 / (errors**-3.0).sum()
    assert [number(row[3]) for row in members] == pytest.approx(weights, abs=6e-5)
    assert [number(row[4]) for row in members] == pytest.approx(weights * paths, abs=0.006)


@pytest.mark.parametrize(("name", "value", "module"), rows_after("Gränser"))
def test_each_limit_of_the_page_is_the_kits(name: str, value: str, module: str) -> None:
    found = getattr(importlib.import_module(module.strip("`")), name.strip("`"))
    assert found == pytest.approx(float(value))
