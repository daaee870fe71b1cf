"""The example region (see `tests.scenarios.example_region`) with scenarios beside its own; worked by hand, in mkr.

2026 in the example: fees 120, salaries 1 200 × 1,03, drugs 240 × 1,02 × 1,05, depreciation 54, other costs 360 × 1,025,
tax 1 500 × 1,04, grants 300 × 1,02, interest 12 and indexation 24: the result is 33,96.
"""

import pytest

import utfall
from tests.scenarios.example_region import assumption, registers, write_example


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    content = registers()["scenarios.yaml"]
    more = [
        ("weaker_tax", "tax_base", "", 0.03, {}),
        ("dearer", "tax_base", "", 0.03, {}),
        ("dearer", "price", "Löner", 0.04, {}),
        ("drugs", "price", "Läkemedel", 0.03, {}),
        ("drugs", "volume", "drugs", 0.06, {}),
        ("no_growth", "tax_base", "", 0.0, {}),
        ("uncertain", "tax_base", "", 0.02, {"low": 0.01, "high": 0.03}),
        ("spread", "tax_base", "", 0.04, {"low": 0.03, "high": 0.05}),
        ("spread", "price", "Löner", 0.03, {"low": 0.02, "high": 0.035}),
    ]
    names = {row[0] for row in more}
    folder = write_example(
        tmp_path_factory.mktemp("example") / "region",
        scenarios=content
        | {
            "scenarios": [
                *content["scenarios"],
                *({"id": name, "name": f"Scenario {name}", "based_on": "example"} for name in sorted(names)),
            ],
            "assumptions": [
                *content["assumptions"],
                *(
                    assumption(driver, target, value, scenario, **ends)
                    for scenario, driver, target, value, ends in more
                ),
            ],
        },
    )
    return utfall.open_region(folder)
