"""Everything public explains itself, and what a notebook imports explains itself fully."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import utfall
from utfall.results import REQUIRED, Result

NEEDS_NO_EXAMPLE = {
    "benefit_calculation": "needs a whole region; its notebook is the example",
    "compare_scenarios": "needs a whole region; its notebook is the example",
    "scenario_sensitivities": "needs a whole region; scenario_comparison's notebook is the example",
    "simulate_years": "needs a whole region; multi_year's notebook is the example",
    "what_must_be_true": "needs a whole region; scenario_comparison's notebook is the example",
    "write_statements": "needs a simulated scenario; README shows how",
    "check_data": "needs a whole region; its notebook is the example",
    "explain_deviation": "needs a whole region; its notebook is the example",
    "drug_measure": "needs a whole region; its notebook is the example",
    "follow_up": "needs a whole region; its notebook is the example",
    "forecast_accuracy": "needs a whole region; its notebook is the example",
    "month_forecast": "needs a whole region; its notebook is the example",
    "year_forecast": "needs a whole region; its notebook is the example",
    "measure_card": "needs a whole region; its notebook is the example",
    "measure_effect": "needs a whole region; its notebook is the example",
    "measure_portfolio": "needs a whole region; its notebook is the example",
    "measure_prospect": "needs a whole region; measure_effect's notebook shows the like",
    "open_region": "needs a region's files on disk; data/README.md shows how",
}
"""What is exported without an example, and why: an example that cannot be short and run is worth less."""

COMPLETE = {
    "GL08": "docstring",
    "PR01": "Parameters",
    "PR02": "Parameters",
    "RT01": "Returns",
    "YD01": "Yields",
}
"""The faults of numpydoc's own check that an exported name may not have, and the section each is about."""


def modules() -> list[str]:
    return ["utfall", *(found.name for found in pkgutil.walk_packages(utfall.__path__, "utfall."))]


def public_members(module: Any) -> Iterator[tuple[str, Any]]:
    """Public functions and classes written in the module, and the public methods written in those classes."""
    for name, member in vars(module).items():
        if name.startswith("_") or getattr(member, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(member):
            yield f"{module.__name__}.{name}", member
        elif inspect.isclass(member):
            yield f"{module.__name__}.{name}", member
            for part, method in vars(member).items():
                if not part.startswith("_") and (inspect.isfunction(method) or isinstance(method, property)):
                    yield f"{module.__name__}.{name}.{part}", getattr(member, part)


def own_docstring(member: Any) -> str:
    # A dataclass without a docstring is given its signature as one.
    text = inspect.getdoc(member) or ""
    return "" if inspect.isclass(member) and text.startswith(f"{member.__name__}(") else text


def parameters_named(fault: str) -> set[str]:
    return set(re.findall(r"'(\w+)'", fault))


def inherited(member: Any) -> set[str]:
    """What the base of all results explains once for all of them."""
    return set(REQUIRED) if inspect.isclass(member) and issubclass(member, Result) else set()


@pytest.mark.parametrize("name", modules())
def test_a_module_says_in_its_docstring_what_it_is_for(name):
    assert (importlib.import_module(name).__doc__ or "").strip()


@pytest.mark.parametrize("name", modules())
def test_every_public_function_class_and_method_has_a_docstring(name):
    module = importlib.import_module(name)
    assert [path for path, member in public_members(module) if not own_docstring(member)] == []


@pytest.mark.parametrize("name", modules())
def test_a_docstring_that_lists_parameters_lists_those_there_are(name):
    wrong = []
    for path, member in public_members(importlib.import_module(name)):
        if NumpyDocString(own_docstring(member))["Parameters"]:
            wrong += [
                f"{path}: {text}"
                for code, text in validate(path)["errors"]
                if code == "PR02" or (code == "PR01" and not parameters_named(text) <= inherited(member))
            ]
    assert wrong == []


def test_the_package_exports_something():
    assert utfall.__all__


@pytest.mark.parametrize("name", getattr(utfall, "__all__", []))
def test_what_a_notebook_imports_is_documented_fully_with_an_example(name):
    path = f"utfall.{name}"
    sections = NumpyDocString(own_docstring(getattr(utfall, name)))
    errors = {code: text for code, text in validate(path)["errors"] if code in COMPLETE}
    if sections["Attributes"]:
        # A result is received, never built by hand: its fields stand under Attributes.
        errors.pop("PR01", None)
    assert errors == {}
    assert bool(sections["Examples"]) != (name in NEEDS_NO_EXAMPLE)


def test_a_reason_for_no_example_is_about_something_exported():
    assert set(NEEDS_NO_EXAMPLE) <= set(utfall.__all__)
    assert all(NEEDS_NO_EXAMPLE.values())
