"""Drivers: how much of a change came from price, volume, mix or efficiency, with sums that hold to the öre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.charts import waterfall
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, list_words
from utfall.results import Result
from utfall.rootcause.drivers import lmdi, shapley
from utfall.rootcause.drivers.strata import match, numbers, require_columns

Floats = npt.NDArray[np.float64]
Method = Literal["lmdi", "shapley"]

ORE = 100
"""Öre in a krona."""

HALF_ORE = 0.005
"""Half an öre: any smaller difference is rounding."""

ROUNDING = 1e-12
"""Share of all contributions that sums in floating point may miss: less than an öre for any region."""


@dataclass(frozen=True, eq=False, repr=False)
class Drivers(Result):
    """A change in a product, split over its factors.

    Parameters
    ----------
    table : DataFrame
        One row a factor, in the order asked for: ``factor``, ``change`` (unit of the value, sign of the
        value). The changes sum to `change`.
    by_stratum : DataFrame
        One row a stratum and factor: the strata columns (or ``row`` where no strata were named),
        ``factor``, ``change`` and ``method``.
    method : {"lmdi", "shapley"}
        ``"shapley"`` when at least one stratum needed it or it was asked for; `by_stratum` says where.
    before, after : float
        The value in the two periods, summed over the strata.
    checks : tuple of Check
        That the parts are the whole.
    assumptions, warnings : tuple of str
        What the split rests on, and what the reader must know, in Swedish.
    """

    table: pd.DataFrame
    by_stratum: pd.DataFrame
    method: Method
    before: float
    after: float
    checks: tuple[Check, ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def grade(self) -> Grade:
        """A: the parts add up to the whole, or there would be no result."""
        return Grade.A

    @property
    def money(self) -> Money:
        """How amounts are written."""
        return Money.for_amounts(self.table["change"])

    def show_table(self) -> Table:
        """Give the factors and their sum, as they are printed."""
        total = pd.DataFrame([{"factor": "Förändring", "change": self.change}])
        columns = {"factor": Column("Faktor"), "change": Column("Bidrag", "amount", better="higher", signed=True)}
        return Table(
            pd.concat([self.table, total], ignore_index=True),
            "Vad förändringen beror på",
            columns,
            totals=(-1,),
            unit=self.money.unit,
        )

    def plot(self) -> Chart:
        """Draw how the factors lead from the value before to the value after."""
        steps = self.table.set_axis(["label", "amount"], axis=1).assign(kind="step")
        start = pd.DataFrame([{"label": "Före", "amount": self.before, "kind": "total"}])
        end = pd.DataFrame([{"label": "Efter", "amount": self.after, "kind": "total"}])
        largest = self.table["factor"].iloc[int(self.table["change"].abs().to_numpy().argmax())]
        title = f"{capitalise_first(str(largest))} har störst del i förändringen"
        return waterfall(pd.concat([start, steps, end], ignore_index=True), title=title, unit=self.money.unit)

    def text(self) -> str:
        """Tell the change and what each factor brought, the largest first."""
        order = self.table["change"].abs().sort_values(ascending=False, kind="stable").index
        parts = [
            f"{row['factor']} {self.money.write(row['change'], signed=True)}"
            for row in self.table.loc[order].to_dict("records")
        ]
        return f"Förändringen är {self.money.write(self.change, signed=True)}: {list_words(parts)}."

    @property
    def change(self) -> float:
        """The change that is split: value after minus value before."""
        return self.after - self.before

    def in_ore(self) -> pd.Series:
        """Changes as whole öre that sum to the change rounded to öre.

        Each factor is rounded down and the öre left over go to the largest fractions, so that a printed
        bridge never misses an öre.

        Returns
        -------
        Series of int64
            One value a factor, index ``factor``.

        Examples
        --------
        >>> thirds = decompose(*[pd.DataFrame({"a": [x], "b": [x], "c": [x]}) for x in (0.0, 1.0)], list("abc"))
        >>> thirds.in_ore().to_dict()
        {'a': 34, 'b': 33, 'c': 33}
        """
        exact = self.table["change"].to_numpy() * ORE
        whole = np.floor(exact)
        left = round(self.change * ORE) - int(whole.sum())
        order = np.argsort(whole - exact, kind="stable")
        steps = np.zeros(len(exact), dtype=np.int64)
        for place in range(abs(left)):
            steps[order[place % len(order)]] += 1 if left > 0 else -1
        return pd.Series(whole.astype(np.int64) + steps, index=self.table["factor"], name="ore")


def decompose(
    before: pd.DataFrame,
    after: pd.DataFrame,
    factors: Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    method: Method | None = None,
) -> Drivers:
    """Split the change of a product between two periods over its factors.

    The value of a row is the product of its factors, for example price x volume per unit; the value of a
    period is the sum of its rows. Additive LMDI-I divides each row's change without remainder. Where it
    has no answer (a factor changes sign, several factors are zero, a stratum exists in one period only)
    the row is divided by Shapley shares instead.

    Parameters
    ----------
    before, after : DataFrame
        One column a factor. With `by`, rows are matched on the strata; without, row by row (on the index
        when both frames carry the same labels).
    factors : sequence of str
        Columns whose product is the value. A price factor is in SEK per unit, counts are counts; for a
        value in result sign give the price its minus.
    by : str or sequence of str, optional
        Columns that together name a stratum, once in each frame. A stratum in one frame only has
        zero for every factor in the other.
    method : {"lmdi", "shapley"}, optional
        ``"shapley"`` divides every row by Shapley shares; otherwise only those that need it.

    Returns
    -------
    Drivers
        Shares that sum to the change.

    Raises
    ------
    InvalidParameter
        When a column is missing, no factor is named, or the rows cannot be matched.
    InvalidData
        When a factor is missing, infinite or not a number, or a stratum occurs twice in a frame.

    References
    ----------
    Ang, B. W. (2005). The LMDI approach to decomposition analysis: a practical guide. Energy Policy 33(7).

    Examples
    --------
    >>> before = pd.DataFrame({"drug": ["a", "b"], "price": [10.0, 20.0], "packages": [5.0, 4.0]})
    >>> after = pd.DataFrame({"drug": ["a", "b"], "price": [12.0, 20.0], "packages": [5.0, 6.0]})
    >>> drivers = decompose(before, after, ["price", "packages"], by="drug")
    >>> drivers.table.round(2).values.tolist(), drivers.method
    ([['price', 10.0], ['packages', 40.0]], 'lmdi')
    """
    factors = list(factors)
    strata = [by] if isinstance(by, str) else list(by or [])
    require_columns(before, after, factors, strata)
    if len(factors) > shapley.MOST_FACTORS:
        raise InvalidParameter(
            f"{len(factors)} factors are too many to read or to split: name at most {shapley.MOST_FACTORS}."
        )
    if method not in (None, "lmdi", "shapley"):
        raise InvalidParameter(f"Method is {method!r}: choose 'lmdi' or 'shapley', or leave it out.")
    x0, x1 = numbers(before, factors, "before"), numbers(after, factors, "after")
    names, x0, x1, one_sided = match(before, after, x0, x1, strata)

    shares, used = _shares(x0, x1, method)
    value0, value1 = x0.prod(axis=1), x1.prod(axis=1)
    shares = _close(shares, value1 - value0)
    total0, total1 = fsum(value0), fsum(value1)
    totals = np.array([fsum(shares[:, j]) for j in range(len(factors))])
    totals = _close(totals[None, :], np.array([total1 - total0]))[0]

    by_stratum = names.loc[names.index.repeat(len(factors))].reset_index(drop=True)
    by_stratum["factor"] = factors * len(names)
    by_stratum["change"] = shares.ravel()
    by_stratum["method"] = np.repeat(used, len(factors))
    return Drivers(
        table=pd.DataFrame({"factor": factors, "change": totals}),
        by_stratum=by_stratum,
        method="shapley" if (used == "shapley").any() else "lmdi",
        before=total0,
        after=total1,
        checks=(_check(totals, total1 - total0),),
        assumptions=_assumptions(factors),
        warnings=_warnings(used, one_sided, method),
    )


def _shares(x0: Floats, x1: Floats, method: Method | None) -> tuple[Floats, npt.NDArray[np.str_]]:
    """Shares of each row's change, and the method that gave them."""
    if method == "shapley":
        return shapley.contributions(x0, x1), np.full(len(x0), "shapley")
    shares, decided = lmdi.contributions(x0, x1)
    shares[~decided] = shapley.contributions(x0[~decided], x1[~decided])
    return shares, np.where(decided, "lmdi", "shapley")


def _close(shares: Floats, change: Floats) -> Floats:
    """Give what rounding left over to each row's largest share, so that the row sums to its change."""
    closed = shares.copy()
    rows, largest = np.arange(len(shares)), np.abs(shares).argmax(axis=1)
    # The second round takes what the first one's own addition rounded away.
    for _ in range(2):
        closed[rows, largest] += change - closed.sum(axis=1)
    return closed


def _check(totals: Floats, change: float) -> Check:
    tolerance = max(HALF_ORE, ROUNDING * float(np.abs(totals).sum()))
    return require_identity("Faktorernas bidrag är förändringen", float(totals.sum()), change, tolerance=tolerance)


def _assumptions(factors: list[str]) -> tuple[str, ...]:
    return (f"Värdet är produkten av {', '.join(map(str, factors))} i varje rad; delarna summerar till förändringen.",)


def _warnings(used: npt.NDArray[np.str_], one_sided: int, method: Method | None) -> tuple[str, ...]:
    said = []
    shapley_rows = int((used == "shapley").sum())
    if shapley_rows and method != "shapley":
        said.append(
            f"{shapley_rows} av {len(used)} rader delades med Shapleyvärden, eftersom en faktor byter tecken "
            "eller flera faktorer är noll."
        )
    if one_sided:
        said.append(
            f"{one_sided} av {len(used)} rader finns bara i den ena perioden: hela värdet fördelas lika på faktorerna."
        )
    return tuple(said)
