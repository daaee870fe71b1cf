"""The register of what is known to change the amounts; every row is invented."""

from __future__ import annotations

from utfall.demo.accounts import CARE_ACCOUNT
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.prices import WAGE_STEP
from utfall.demo.purchased_care import CONTRACT_SHARE, CONTRACT_UNIT
from utfall.demo.single_events import (
    HOME_SHARE,
    SUPPLIER_ACCOUNT,
    SUPPLIER_JUMP,
    SUPPLIER_SHARE,
    SUPPLIER_START,
    SUPPLIER_UNIT,
)
from utfall.demo.units import BOARD_CODE

WAGE_STEP_AHEAD = {2027: 2.8}
"""Wage step that is agreed and not yet in the ledger, per cent."""

CLOSING_UNIT = "Duveds distriktssköterskemottagning"
"""The unit that is decided to close."""

CLOSING_START = "2027-01"
"""First month it is closed."""

CONTRACT_END = "2027-01"
"""First month without the rest of the contract for hip and knee operations."""

MOVE_UNIT, MOVE_MONTH, MOVE_SEK = "Strokeenheten", "2026-12", 1_400_000.0
"""The unit that moves, when, and what the move costs."""

OPENING_UNIT, OPENING_START, OPENING_SEK = "Järpens hälsocentral", "2027-09", 450_000.0
"""The unit that is planned to get beds, from when, and what they cost a month."""

Row = dict[str, object]
"""One row of a register."""


def events_register(organisation: DemoOrganisation) -> list[Row]:
    """Return the rows of ``events.yaml``.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.

    Returns
    -------
    list of dict
        Past events are those the ledger is made with; what lies ahead of it is invented.
    """

    def row(identifier: str, name: str, units: list[str], start: str, kind: str, **rest: object) -> Row:
        common: Row = {
            "id": identifier, "name": name, "units": units, "lines": [], "accounts": [], "start": start, "end": None,
            "kind": kind, "change": None, "amount": None, "status": "decided", "known_from": None,
            "source": "", "owner": "",
        }  # fmt: skip
        unknown = set(rest) - set(common)
        assert not unknown, unknown
        return common | rest

    def code(unit: str) -> list[str]:
        return [organisation.unit(unit).code]

    # What is left of the contract, as a share of the care that is bought since most of it came home.
    remaining = CONTRACT_SHARE * (1 - HOME_SHARE) / (1 - CONTRACT_SHARE * HOME_SHARE)
    return [
        *(
            row(
                f"wages_{year}", "Löneöversyn", [BOARD_CODE], f"{year}-04", "wage_revision",
                lines=["salaries", "pensions"], change=round(per_cent / 100, 4),
                source="Centralt löneavtal (påhittat)", owner="HR-direktör",
            )
            for year, per_cent in (WAGE_STEP | WAGE_STEP_AHEAD).items()
        ),
        row(
            "supplier_price", "Nytt pris på dialysmaterial", code(SUPPLIER_UNIT), SUPPLIER_START, "price_change",
            accounts=[SUPPLIER_ACCOUNT], change=round(SUPPLIER_SHARE * SUPPLIER_JUMP, 4),
            source="Avtalsförlängning (påhittad)", owner="Enhetschef",
        ),
        row(
            "stroke_move", "Flytt till nya lokaler", code(MOVE_UNIT), MOVE_MONTH, "one_off",
            accounts=["6910"], amount=-MOVE_SEK, source="HSN/1003/2026 (påhittad)", owner="Områdeschef",
        ),
        row(
            "contract_rest", "Avtalet om höft- och knäoperationer upphör", code(CONTRACT_UNIT), CONTRACT_END,
            "contract_end", accounts=[CARE_ACCOUNT], change=-round(remaining, 4), known_from="2026-06",
            source="HSN/1004/2026 (påhittad)", owner="Divisionschef",
        ),
        row(
            "duved_closes", "Mottagningen i Duved stängs", code(CLOSING_UNIT), CLOSING_START, "closing",
            change=-1.0, known_from="2026-09", source="HSN/1005/2026 (påhittad)", owner="Divisionschef",
        ),
        row(
            "jarpen_beds", "Närvårdsplatser i Järpen öppnar", code(OPENING_UNIT), OPENING_START, "opening",
            lines=["salaries"], amount=-OPENING_SEK, status="planned",
            source="Förslag till verksamhetsplan (påhittat)", owner="Områdeschef",
        ),
    ]  # fmt: skip
