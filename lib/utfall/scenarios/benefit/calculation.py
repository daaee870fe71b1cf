"""Is a project worth what it costs? Its costs and benefits drawn, discounted and laid beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.evidence import Check, require_identity
from utfall.presentation.money import Money
from utfall.presentation.numbers import HOME_CURRENCY
from utfall.region import Region
from utfall.region.scenario_registers import Project, ProjectItem
from utfall.scenarios.benefit.drawing import draw_items
from utfall.scenarios.benefit.result import BenefitCalculation
from utfall.scenarios.benefit.sayings import assumptions_of, warnings_of
from utfall.scenarios.benefit.streams import PROJECTS_FILE, discount_factors, months_of, shares, signed
from utfall.scenarios.benefit.valuation import break_even_share, paid_back_from, variance_shares
from utfall.scenarios.benefit.verdicts import BOTTOM_LINES, LEVELS

Array = NDArray[np.float64]

FEWEST_DRAWS = 100
"""Below this the ends of a 95 % interval rest on single draws."""


def benefit_calculation(
    region: Region, project: str, *, draws: int = 10_000, seed: int = 0, common_share: float = 0.0
) -> BenefitCalculation:
    """Weigh a project's costs and benefits against each other, with what is uncertain in them (nyttokalkyl).

    Parameters
    ----------
    region : Region
        The region, with the registers of projects and their items.
    project : str
        Identifier in the register of projects.
    draws : int, default 10000
        How many courses are drawn.
    seed : int, default 0
        Decides every draw.
    common_share : float, default 0.0
        Correlation between the benefits, and between the costs: 0, each item is uncertain for itself; 1, they come high
        or low together.

    Returns
    -------
    BenefitCalculation

    Raises
    ------
    InvalidParameter
        For a project that is not in the register, or draws or a share that cannot be used.
    InvalidData
        When the project has no items, or an item does not fit it.
    """
    known = {row.id: row for row in region.projects}
    if project not in known:
        has = f"has {', '.join(known)}" if known else "is empty"
        raise InvalidParameter(f"There is no project {project!r} in the register of projects, which {has}.")
    items = [item for item in region.project_items if item.project == project]
    return calculate(known[project], items, draws=draws, seed=seed, common_share=common_share, currency=region.currency)


def calculate(
    project: Project,
    items: Sequence[ProjectItem],
    *,
    draws: int = 10_000,
    seed: int = 0,
    common_share: float = 0.0,
    currency: str = HOME_CURRENCY,
) -> BenefitCalculation:
    """Weigh given costs and benefits against each other; what `benefit_calculation` does with those of a register.

    Parameters
    ----------
    project : Project
        The project.
    items : sequence of ProjectItem
        Its costs and benefits.
    draws, seed, common_share
        As in `benefit_calculation`.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    BenefitCalculation

    Raises
    ------
    InvalidParameter
        For draws or a share that cannot be used.
    InvalidData
        When there are no items, or one does not fit the project.

    Examples
    --------
    >>> project = Project(id="p", name="Hemmonitorering", unit="101", start="2027-01", years=2, discount_rate=0.0)
    >>> common = {"project": "p", "start": "2027-01", "effect": "cash", "source": "s", "owner": "o"}
    >>> cost = ProjectItem(name="Utrustning", kind="cost", value=10e6, timing="once", **common)
    >>> benefit = ProjectItem(name="Resor", kind="benefit", value=8e6, low=6e6, high=10e6, timing="yearly", **common)
    >>> made = calculate(project, [cost, benefit])
    >>> f"{made.payback:%Y-%m}", made.verdict
    ('2028-03', 'nettonytta')
    """
    if draws < FEWEST_DRAWS:
        raise InvalidParameter(f"draws is {draws}; an interval needs at least {FEWEST_DRAWS}.")
    if not 0.0 <= common_share <= 1.0:
        raise InvalidParameter(f"common_share is {common_share}; it is a correlation between 0 and 1.")
    if not items:
        what = f"the project {project.id} has no costs and no benefits."
        raise InvalidData([Fault(PROJECTS_FILE, project.source_row, what, "Add its rows to project_items.")])
    drawn = _draw(project, items, draws, seed, common_share)
    frames = {
        "items": _item_frame(items, drawn),
        "bottom_lines": _bottom_lines(items, drawn),
        "yearly": _yearly(items, drawn),
        "path": _path(drawn),
    }
    lines = {row["id"]: row for row in frames["bottom_lines"].to_dict("records")}
    total, cash = lines["total"], lines["cash"]
    return BenefitCalculation(
        project=project.id,
        name=project.name,
        status=project.status,
        start=drawn.months[0],
        years=project.years,
        discount_rate=project.discount_rate,
        **frames,
        payback=_payback(drawn, np.full(len(items), True)),
        payback_cash=_payback(drawn, np.array([item.effect == "cash" for item in items])),
        break_even=break_even_share(total["benefits"], -total["costs"]),
        break_even_cash=break_even_share(cash["benefits"], -cash["costs"]),
        money=Money.for_amounts([total[name] for name in ("benefits", "costs", "net")], currency),
        assumptions=assumptions_of(project, common_share),
        warnings=warnings_of(project, items, drawn.months, frames["items"], frames["bottom_lines"]),
        checks=_checks(frames),
        _project=project,
        _items=tuple(items),
    )


@dataclass(frozen=True, eq=False)
class _Drawn:
    months: pd.DatetimeIndex
    spread: Array
    """Shape (items, months): signed shares of the item's amount; costs negative."""
    discounted: Array
    """The same at the project's start's worth."""
    amounts: Array
    """Shape (draws, items)."""
    values: Array
    """Shape (items,): as the register has them."""

    @cached_property
    def courses(self) -> Array:
        """Net at the project's start's worth, summed through each month; shape (draws, months)."""
        return self.amounts @ self.discounted.cumsum(axis=1)

    @cached_property
    def paid_back_share(self) -> Array:
        """Share of the draws that have paid back by each month, and stay so."""
        back = paid_back_from(self.courses)
        counted: Array = np.bincount(back[back >= 0], minlength=len(self.months)).cumsum() / len(back)
        return counted

    @property
    def parts(self) -> Array:
        """Present value of each item in each draw, signed; shape (draws, items)."""
        return self.amounts * self.discounted.sum(axis=1)


def _draw(project: Project, items: Sequence[ProjectItem], draws: int, seed: int, common_share: float) -> _Drawn:
    months = months_of(project)
    spread = shares(items, months) * np.array([[signed(item)] for item in items])
    return _Drawn(
        months=months,
        spread=spread,
        discounted=spread * discount_factors(project.discount_rate, len(months)),
        amounts=draw_items(items, draws, seed, common_share=common_share),
        values=np.array([item.value for item in items]),
    )


def _payback(drawn: _Drawn, within: NDArray[np.bool_]) -> pd.Timestamp | None:
    """Month from which the expected net of some items stays at or above zero."""
    expected = drawn.amounts.mean(axis=0) * within
    back = int(paid_back_from(expected @ drawn.discounted.cumsum(axis=1)))
    return None if back < 0 else drawn.months[back]


def _item_frame(items: Sequence[ProjectItem], drawn: _Drawn) -> pd.DataFrame:
    names = ("name", "kind", "effect", "timing", "start", "end", "profile", "value", "low", "high", "source", "owner")
    columns: dict[str, Any] = {name: [getattr(item, name) for item in items] for name in names}
    columns |= {name: np.array(columns[name], float) for name in ("low", "high")}
    parts, worth = drawn.parts, drawn.discounted.sum(axis=1)
    uncertain = np.isfinite(columns["low"])
    columns |= {"base": drawn.values * worth, "mean": parts.mean(axis=0)}
    for name, ends in _intervals(parts).items():
        columns[name] = np.where(uncertain, ends, np.nan)
    columns["variance_share"] = variance_shares(parts)
    for setting in ("low", "high"):
        moved = np.where(uncertain, columns[setting] - drawn.values, 0.0)
        columns[f"net_{setting}"] = columns["base"].sum() + moved * worth
    is_cost = np.array([item.kind == "cost" for item in items])
    columns["clipped"] = (drawn.amounts == 0.0).mean(axis=0) * (is_cost & uncertain)
    return pd.DataFrame(columns)


def _bottom_lines(items: Sequence[ProjectItem], drawn: _Drawn) -> pd.DataFrame:
    parts = drawn.parts
    is_cost = np.array([item.kind == "cost" for item in items])
    effects = np.array([item.effect for item in items])
    rows = []
    for line in BOTTOM_LINES:
        within = np.full(len(items), True) if line == "total" else effects == line
        net = parts[:, within].sum(axis=1)
        uncertain = _is_uncertain([item for item, counts in zip(items, within, strict=True) if counts])
        row = {
            "id": line,
            "items": int(within.sum()),
            "benefits": parts[:, within & ~is_cost].sum(axis=1).mean(),
            "costs": parts[:, within & is_cost].sum(axis=1).mean(),
            "net": net.mean(),
            "base": float((drawn.values * drawn.discounted.sum(axis=1))[within].sum()),
            "p_positive": float((net > 0).mean()) if uncertain else np.nan,
        }
        row |= {name: float(end) if uncertain else np.nan for name, end in _intervals(net).items()}
        rows.append(row)
    return pd.DataFrame(rows)


def _is_uncertain(items: Sequence[ProjectItem]) -> bool:
    return any(item.low is not None and item.low != item.high for item in items)


def _yearly(items: Sequence[ProjectItem], drawn: _Drawn) -> pd.DataFrame:
    expected = drawn.amounts.mean(axis=0)
    monthly = pd.DataFrame(index=drawn.months)
    for effect in ("cash", "capacity"):
        for kind in ("cost", "benefit"):
            within = np.array([item.kind == kind and item.effect == effect for item in items])
            monthly[f"{effect}_{kind}s"] = (expected * within) @ drawn.spread
    monthly["net"] = expected @ drawn.spread
    monthly["discounted"] = expected @ drawn.discounted
    yearly = monthly.groupby(drawn.months.year).sum().rename_axis("year").reset_index()
    yearly["cumulated"] = yearly["discounted"].cumsum()
    last = pd.Series(np.arange(len(drawn.months))).groupby(drawn.months.year).max()
    yearly["p_paid_back"] = drawn.paid_back_share[last.to_numpy()] if _is_uncertain(items) else np.nan
    return yearly


def _path(drawn: _Drawn) -> pd.DataFrame:
    base = drawn.values @ drawn.discounted.cumsum(axis=1)
    columns = {"month": drawn.months, "base": base, "mean": drawn.courses.mean(axis=0), **_intervals(drawn.courses)}
    return pd.DataFrame({**columns, "p_paid_back": drawn.paid_back_share})


def _intervals(draws: Array) -> dict[str, Array]:
    """Ends of the intervals over the first axis: ``lo-80``, ``hi-80`` and so on."""
    sides = [(level, edge, side) for level in LEVELS for edge, side in (("lo", -1), ("hi", 1))]
    ends = np.quantile(draws, [(50 + side * level / 2) / 100 for level, _, side in sides], axis=0)
    return {f"{edge}-{level}": end for (level, edge, _), end in zip(sides, ends, strict=True)}


def _checks(frames: dict[str, pd.DataFrame]) -> tuple[Check, ...]:
    nets = {row["id"]: float(row["net"]) for row in frames["bottom_lines"].to_dict("records")}
    total = nets["total"]
    return (
        require_identity(
            "budgeten och tid och kvalitet blir tillsammans nettonuvärdet", total, nets["cash"] + nets["capacity"]
        ),
        require_identity("posternas nuvärden summerar till nettonuvärdet", total, float(frames["items"]["mean"].sum())),
        require_identity(
            "årens nuvärden summerar till nettonuvärdet", total, float(frames["yearly"]["discounted"].sum())
        ),
        require_identity(
            "nuvärdet med angivna belopp är detsamma post för post och månad för månad",
            float(frames["items"]["base"].sum()),
            float(frames["path"]["base"].iloc[-1]),
        ),
    )
