"""What columns and files are called in ledgers and exports: the words a proposal goes by.

Names are compared without case, accents, spaces and signs. Within a column of the kit the likelier name comes first.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORDS: dict[str, str] = {
    "period": (
        "period redovisningsperiod bokforingsperiod perioden bokforingsmanad arman arochmanad armanad manad "
        "month verdatum bokforingsdatum bokfdatum verifikationsdatum verifikatdatum transaktionsdatum datum "
        "date kalendermanad per"
    ),
    "booked_on": (
        "regdatum registreringsdatum registrerad bokforingsdatum bokfdatum bokford bookedon posteringsdatum "
        "defdatum verdatum verifikationsdatum verifikatdatum transaktionsdatum fakturadatum datum"
    ),
    "unit": (
        "kostnadsstalle kst kstid kostnadsstallekod ansvar ansvarskod ansvarid ansvarsenhet resultatenhet "
        "enhet enhetskod enhetid unit costcentre costcenter ansvarsomrade kstkod kostnadsstallenr avdelning "
        "klinik ansv enh verksamhet verksamhetkod orgenhet organisationsenhet objekt"
    ),
    "unit_name": (
        "kostnadsstallenamn kostnadsstallebenamning kostnadsstalletext ksttext kstnamn kstbenamning "
        "enhetsnamn enhetnamn enhetensnamn enhettext ansvartext ansvarsnamn ansvarnamn ansvarbenamning "
        "unitname benamning namn name"
    ),
    "account": "konto kontoid kontonr kontonummer kontokod account accountno huvudkonto bokforingskonto kto",
    "account_name": (
        "kontonamn kontobenamning kontotext accountname kontoidtext kontobeskrivning benamning namn name text"
    ),
    "amount": (
        "belopp utfall utfallv beloppsek amount nettobelopp beloppkr summa saldo bokfort beloppikronor kronor "
        "sek kr utfallkr utfallbelopp beloppore beloppiore redovisatbelopp bel kostnad"
    ),
    "budget_amount": "budget budgetv budgetbelopp budgetkr internbudget arsbudget beslutadbudget",
    "debit": "debet debit debetbelopp",
    "credit": "kredit credit kreditbelopp",
    "version": "version budgetversion budgettyp",
    "activity": "verksamhet verkid verksamhetkod verksamhetskod procid foprocid process activity aktivitet",
    "counterparty": (
        "motpart motpid motpartskod counterparty leverantor leverantorsnr leverantorid motpartnr motpartid kund"
    ),
    "project": "projekt projid projektkod projektid projektnr project",
    "voucher": (
        "verifikat vernr verifikationsnummer verifikatnummer verifikationsnr verifikatnr ver verifikation "
        "voucher internvernr fakturanr"
    ),
    "text": ("text radtext verifikattext verifikationstext huvudtext bokforingstext beskrivning description"),
    "product": "produkt product vardprodukt prestation matt volymtyp typavprestation besokstyp vardtyp",
    "planned": "planerat planned plan planerad planeradvolym budgeteradvolym planeratantal",
    "actual": "utfall actual antal volym faktisk producerat antalbesok antalprestationer utford",
    "drug": "lakemedel drug preparat lakemedelsnamn substans atc atckod produktnamn",
    "patients": "patienter patients antalpatienter unikapatienter",
    "doses": "doser doses antaldoser dos ddd",
    "packages": "forpackningar packages antalforpackningar packningar",
    "category": "personalkategori kategori category yrkesgrupp befattning yrkeskategori personalgrupp",
    "employment": "anstallning anstallningsform employment anstallningstyp bemanningstyp",
    "headcount": "antalanstallda anstallda headcount personer antalpersoner",
    "fte": "arsarbetare heltidstjanster fte arsarbeten helarsarbetare",
    "hours": "timmar hours arbetadetimmar arbetadtid antaltimmar timmarv",
    "leavers": "avgangar slutat leavers antalslutat",
    "sick_hours": "sjuktimmar sickhours sjukfranvarotimmar sjukfranvaro",
    "provider": "vardgivare utforare provider producent sjukhus",
    "case": "arende vardtillfalle case arendenr fall remiss vardkontakt",
    "drg_points": "drgpoang drgpoints drg drgvikt",
    "pathway": "vardforlopp pathway vantelista atgardstyp vardgarantityp",
    "waiting": "vantande waiting antalvantande",
    "referred": "remitterade referred nyaremisser inkomna",
    "completed": "genomforda completed avslutade",
    "within_guarantee": "inomvardgaranti withinguarantee inomgarantin inom90dagar",
    "kpi": "nyckeltal kpi indikator",
    "value": "varde value resultat",
    "source": "kalla source",
    "index": "index prisindex indexnamn",
    "status": "status",
    "area": "kommun area omradeskod geografi",
    "age_group": "aldersgrupp agegroup aldersklass alder",
    "inhabitants": "invanare inhabitants folkmangd befolkning",
    "year": "ar year rakenskapsar",
    "item": "post item balanspost",
    "line": "rapportrad line rad",
    "month_of_year": "manad month man mon",
    "code": "kod code",
    "level": "niva level",
    "valid_from": "validfrom giltigfran fom giltigfom startdatum fran",
    "valid_to": "validto giltigtill tom giltigtom slutdatum till",
    "successor": "successor eftertradare ersattav",
    "parent": "overordnad parent tillhor overordnadkod",
    "area_name": ("omrade omradesnamn omradetext verksamhetsomrade verksamhetsomradenamn omradebenamning areaname"),
    "area_code": "omradeid omradekod omrid omradesid verksamhetsomradeid verksamhetsomradekod areacode",
    "division_name": (
        "division divisionsnamn divisiontext divisionsbenamning divisionname forvaltning forvaltningsnamn bolag"
    ),
    "division_code": "divisionid divisionskod divisionkod divid forvaltningkod forvaltningid divisioncode",
    "board_name": "namnd namndnamn namndtext board",
}

ROLE_NAMES: dict[str, tuple[str, ...]] = {role: tuple(words.split()) for role, words in _WORDS.items()}
"""What a column holds to the names it goes by."""

TABLE_NAMES: dict[str, tuple[str, ...]] = {
    "ledger": ("huvudbok", "ledger", "utfall", "bokforing", "verifikat", "resultat", "redovisning", "reskontra"),
    "budget": ("budget",),
    "volumes": ("volym", "volume", "prestation", "produktion", "besok"),
    "drug_use": ("lakemedel", "drug"),
    "staffing": ("bemanning", "personal", "staffing"),
    "purchased_care": ("koptvard", "utomlan", "purchasedcare", "vardkop"),
    "waiting": ("vantande", "vantetid", "waiting"),
    "kpi_values": ("nyckeltal", "kpi"),
    "price_index": ("prisindex", "priceindex", "lpik"),
    "population": ("befolkning", "population", "invanare"),
    "balance_sheet": ("balans", "balancesheet"),
    "income_statement": ("resultatrakning", "incomestatement"),
    "own_forecast": ("prognos", "forecast"),
    "organisation": ("organisation", "enheter", "kostnadsstallen", "ansvar"),
    "accounts": ("kontoplan", "konton", "accounts"),
}
"""What a file may be, to what its name then holds."""

MONTH_WORDS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
"""Beginnings of the months' names."""

ORE_WORDS, THOUSAND_WORDS = ("ore",), ("tkr", "ksek", "tusental", "tusen")
"""What a column of amounts is called when it is not in kronor."""

_EXACT, _PART = 100, 40
"""Worth of a name that is known, and of one that holds a known name."""

_SHORTEST_PART = 4
"""Letters from which a name within a name says anything."""

_ONLY_WHOLE = frozenset({"kostnad", "verksamhet", "objekt"})
"""Names that say nothing as a part of another."""

LAST_RESORT = frozenset({"verksamhet", "verksamhetkod", "objekt"})
"""Names of a unit's column that oftener mean something else."""


@dataclass(frozen=True)
class NameFit:
    """How well a column's name fits what it may hold.

    Parameters
    ----------
    points : int
        0 where it does not at all.
    place : int
        Place of the name among those known; the first is the likeliest.
    """

    points: int
    place: int


def plain_name(name: str) -> str:
    """Write a name without case, accents, spaces and signs.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    str

    Examples
    --------
    >>> plain_name("Kostnadsställe (kod)"), plain_name("KST_ID")
    ('kostnadsstallekod', 'kstid')
    """
    bare = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", "".join(sign for sign in bare if not unicodedata.combining(sign)))


def name_fit(name: str, role: str) -> NameFit:
    """Tell how well a column's name fits a role.

    Parameters
    ----------
    name : str
        The column's name.
    role : str
        What it may hold: a key of `ROLE_NAMES`.

    Returns
    -------
    NameFit

    Examples
    --------
    >>> name_fit("Kostnadsställe", "unit").points > name_fit("Kostnadsställe 2", "unit").points > 0
    True
    """
    plain, known = plain_name(name), ROLE_NAMES[role]
    if plain in known:
        place = known.index(plain)
        return NameFit(_EXACT - place, place)
    if is_known(name):
        return NameFit(0, len(known))  # it is known as something else
    within = [place for place, each in enumerate(known) if _may_be_part(each) and each in plain]
    return NameFit(_PART - within[0], within[0]) if within else NameFit(0, len(known))


def _may_be_part(name: str) -> bool:
    return len(name) >= _SHORTEST_PART and name not in _ONLY_WHOLE


def is_known(name: str) -> bool:
    """Tell whether a column's name says what it holds, whatever that is.

    Parameters
    ----------
    name : str
        The column's name.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_known("Kredit"), is_known("Kolumn 3")
    (True, False)
    """
    plain = plain_name(name)
    return any(plain in names for names in ROLE_NAMES.values())


def month_of_name(name: str) -> int | None:
    """Tell which month a column is named after.

    Parameters
    ----------
    name : str
        The column's name.

    Returns
    -------
    int or None

    Examples
    --------
    >>> month_of_name("Januari"), month_of_name("jan 2026"), month_of_name("Belopp")
    (1, 1, None)
    """
    plain = plain_name(name)
    if not re.fullmatch(r"[a-z]{3,9}\d{0,4}", plain):
        return None
    return next((number for number, word in enumerate(MONTH_WORDS, 1) if plain.startswith(word)), None)


def table_named(name: str) -> list[str]:
    """Tell what a file's or sheet's name says that it is.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    list of str
        Keys of `TABLE_NAMES`.

    Examples
    --------
    >>> table_named("Budget 2026.xlsx")
    ['budget']
    """
    plain = plain_name(name)
    return [table for table, words in TABLE_NAMES.items() if any(word in plain for word in words)]
