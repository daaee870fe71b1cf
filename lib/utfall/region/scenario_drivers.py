"""What may be assumed of the years ahead: every driver, what it speaks of, and in what it is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DriverKind = Literal["growth", "level"]
"""A growth is a share a year on top of the year before; a level holds as it is said."""

TargetKind = Literal[
    "none",
    "age_group",
    "line",
    "line_pair",
    "price_index",
    "activity_item",
    "item_or_line",
    "measure",
    "division",
]
"""What a driver's target names. ``line_pair`` is ``from_line:to_line``; ``activity_item`` is one of `ACTIVITY_ITEMS`;
``item_or_line`` an item of the income statement or a report line."""

DriverName = Literal[
    "population",
    "need",
    "volume",
    "price",
    "tax_base",
    "general_grants",
    "other",
    "age_cost",
    "elasticity",
    "replacement",
    "tax_rate",
    "measure",
    "saving",
    "one_off",
    "pension_accrued",
    "pension_paid",
    "pension_indexation",
    "interest",
    "cash_interest",
    "dividend",
    "realised_gain",
    "unrealised_gain",
    "placement",
    "amortisation",
    "borrow_below",
    "other_investments",
    "other_investment_life",
]
"""Names of the drivers; the keys of `DRIVERS`."""

ACTIVITY_ITEMS = ("other_income", "other_costs", "other_depreciation")
"""Items of the income statement that are activities outside the ledger, and grow by the driver ``other``."""

PERCENT_A_YEAR = "procent per år"
"""Said of a growth: 0.03 is shown as 3 percent a year."""

PERCENT = "procent"
"""Said of a share or a rate: 0.03 is shown as 3 percent."""

CROWNS_A_YEAR = "kronor per år"
"""Said of SEK a year, or in the one year that is named."""

RATIO = "gånger"
"""Said of a relative number."""

DAYS = "dagar"
"""Said of days of payments."""

YEARS = "år"
"""Said of a length of life."""


@dataclass(frozen=True)
class Driver:
    """One thing that may be assumed.

    Parameters
    ----------
    name : str
        Name in the register of assumptions.
    swedish : str
        What it is called in reports.
    kind : {"growth", "level"}
        Whether it is a growth a year, as a share, or the level itself.
    target : str
        What its target names, one of `TargetKind`.
    unit_words : str
        In what it is measured, in Swedish; a share is kept as 0.03 and shown as 3 percent.
    default : float or None
        Its value where no assumption is made: None where that depends on the target (``elasticity``), or where nothing
        is done (``borrow_below``).
    meaning : str
        Few words of English, for messages.
    whole : bool
        Whether the target may be left out, and the assumption then holds for all of them, or for the whole region.
    minimum, maximum : float or None
        Smallest and largest value that has a meaning.

    Examples
    --------
    >>> driver = DRIVERS["population"]
    >>> driver.kind, driver.target, driver.minimum, driver.is_share
    ('growth', 'age_group', -1.0, True)
    """

    name: str
    swedish: str
    kind: DriverKind
    target: TargetKind
    unit_words: str
    default: float | None = 0.0
    meaning: str = ""
    whole: bool = False
    minimum: float | None = None
    maximum: float | None = None

    @property
    def is_share(self) -> bool:
        """Whether its values are shares, shown as percent."""
        return self.unit_words in (PERCENT, PERCENT_A_YEAR)


def _growth(name: str, swedish: str, target: TargetKind, meaning: str, *, whole: bool = False) -> Driver:
    return Driver(name, swedish, "growth", target, PERCENT_A_YEAR, 0.0, meaning, whole, minimum=-1.0)


def _level(
    name: str,
    swedish: str,
    unit_words: str,
    meaning: str,
    target: TargetKind = "none",
    *,
    default: float | None = 0.0,
    whole: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Driver:
    return Driver(name, swedish, "level", target, unit_words, default, meaning, whole, minimum, maximum)


DRIVERS: dict[str, Driver] = {
    driver.name: driver
    for driver in (
        _growth("population", "Folkmängd", "age_group", "inhabitants of an age group"),
        _growth("need", "Vårdbehov per invånare", "age_group", "need of care per head", whole=True),
        _growth("volume", "Volym utöver behov och pris", "line", "volume of a line beyond need and price"),
        _growth("price", "Priser och löner", "price_index", "a price index"),
        _growth("tax_base", "Skatteunderlag", "none", "the tax base"),
        _growth("general_grants", "Generella statsbidrag och utjämning", "none", "general state grants"),
        _growth("other", "Verksamhet utanför huvudboken", "activity_item", "an item outside the ledger"),
        _level(
            "age_cost",
            "Relativ vårdkostnad per invånare",
            RATIO,
            "relative cost per inhabitant",
            "age_group",
            default=1.0,
            minimum=0.0,
        ),
        _level(
            "elasticity",
            "Hur mycket raden följer behovet",
            PERCENT,
            "share of the growth of need that a line follows",
            "line",
            default=None,
        ),
        _level(
            "replacement",
            "Andel av en minskning som återkommer på en annan rad",
            PERCENT,
            "share of a line's fall that returns on another",
            "line_pair",
            minimum=0.0,
        ),
        _level(
            "tax_rate",
            "Ändring av skattesatsen",
            PERCENT,
            "change of the tax rate as a share of the opening rate",
            minimum=-1.0,
        ),
        _level(
            "measure",
            "Andel av åtgärdens planerade effekt som nås",
            PERCENT,
            "share of a measure's planned effect that comes",
            "measure",
            default=1.0,
            whole=True,
        ),
        _level("saving", "Besparing", CROWNS_A_YEAR, "SEK a year that the result improves by", "division", whole=True),
        _level("one_off", "Engångspost", CROWNS_A_YEAR, "SEK that year, in result sign", "item_or_line"),
        _level(
            "pension_accrued",
            "Andel av radens kostnad som avsätts till pensioner",
            PERCENT,
            "share of a line's cost that accrues to the pension provision",
            "line",
            minimum=0.0,
            maximum=1.0,
        ),
        _level(
            "pension_paid",
            "Andel av pensionsavsättningen som betalas ut",
            PERCENT,
            "share of the pension provision that is paid",
            minimum=0.0,
            maximum=1.0,
        ),
        _level(
            "pension_indexation",
            "Uppräkning av pensionsavsättningen",
            PERCENT,
            "rate on the pension provision",
        ),
        _level("interest", "Ränta på lån", PERCENT, "rate on loans"),
        _level("cash_interest", "Ränta på kassan", PERCENT, "rate on cash"),
        _level("dividend", "Utdelning på placeringar", PERCENT, "cash yield on financial fixed assets"),
        _level("realised_gain", "Realiserade vinster på placeringar", PERCENT, "rate on financial fixed assets"),
        _level("unrealised_gain", "Orealiserade vinster på placeringar", PERCENT, "rate on financial fixed assets"),
        _level("placement", "Från kassan till placeringar", CROWNS_A_YEAR, "SEK a year from cash to financial assets"),
        _level(
            "amortisation",
            "Amortering av ingående lån",
            PERCENT,
            "share of the opening loans repaid a year",
            minimum=0.0,
            maximum=1.0,
        ),
        _level(
            "borrow_below",
            "Likviditet under vilken regionen lånar",
            DAYS,
            "liquidity days below which the region borrows",
            default=None,
            minimum=0.0,
        ),
        _level(
            "other_investments",
            "Investeringar utöver registret",
            CROWNS_A_YEAR,
            "SEK a year besides the register",
            minimum=0.0,
        ),
        _level(
            "other_investment_life",
            "Avskrivningstid för övriga investeringar",
            YEARS,
            "years of straight depreciation",
            default=20.0,
            minimum=1.0,
        ),
    )
}
"""Every driver by name, in the order reports show them."""


def unknown_driver(name: object) -> str:
    """Say that a name is no driver, and which there are.

    Parameters
    ----------
    name : object
        What stands where a driver's name belongs.

    Returns
    -------
    str

    Examples
    --------
    >>> unknown_driver("befolkning")[:73]
    'it is no driver; the drivers are population (inhabitants of an age group)'
    """
    import difflib

    near = difflib.get_close_matches(str(name), DRIVERS, n=1)
    nearest = f" (did you mean {near[0]}?)" if near else ""
    known = ", ".join(f"{driver.name} ({driver.meaning})" for driver in DRIVERS.values())
    return f"it is no driver{nearest}; the drivers are {known}"


def split_key(key: str) -> tuple[str, str]:
    """Split ``driver:target`` as correlations write it.

    Parameters
    ----------
    key : str
        A driver's name, and after a colon its target where it has one.

    Returns
    -------
    driver, target : str
        The target is empty where there is none.

    Examples
    --------
    >>> split_key("tax_base"), split_key("replacement:hired_staff:salaries")
    (('tax_base', ''), ('replacement', 'hired_staff:salaries'))
    """
    driver, _, target = key.partition(":")
    return driver, target


def key_of(driver: str, target: str) -> str:
    """Write a driver and its target as correlations do: ``driver:target``, or ``driver`` where the target is empty.

    Parameters
    ----------
    driver, target : str
        As an assumption has them.

    Returns
    -------
    str

    Examples
    --------
    >>> key_of("tax_base", ""), key_of("population", "80-")
    ('tax_base', 'population:80-')
    """
    return f"{driver}:{target}" if target else driver
