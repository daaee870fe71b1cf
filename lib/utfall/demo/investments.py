"""The register of investments: a plan of equipment, and the loan for its largest part.

Units, objects and amounts are those of a public plan; months, lives and running costs are invented.
"""

from __future__ import annotations

from utfall.demo.organisation import DemoOrganisation

SOURCE = "Beloppen ur nämndens plan 2024; månad, livslängd och driftkostnad påhittade"
"""What every row says of where it comes from.

The plan is Hälso- och sjukvårdsnämndens plan 2024, Region Jämtland Härjedalen, "Planerade investeringar".
"""

LOAN = "hotlab"
"""The only loan of the register."""

PLAN = """
new | Klinisk kemi | UPS för avbrottsfri kraft till analysinstrument | 200 | 2026-11 | 1 | 10 | 2
new | Folktandvårdsstaben | Skanner för digitala avtryck, 5 st | 2 000 | 2027-02 | 1 | 5 | 8
new | Röntgen Östersund | Mjukvara för avancerad bilddiagnostik vid stroke | 500 | 2026-12 | 2 | 5 | 8
new | Läkare ortopedi | Pennfattad borrmaskin, miniinstrument | 170 | 2027-03 | 0 | 7 | 2
new | Syncentralen | Kamera till biomikroskop | 100 | 2027-04 | 0 | 7 | 2
new | Enheten för kvinnosjukvård | Shaver med optik, 2 st | 340 | 2027-05 | 1 | 7 | 3
new | Öron-näsa-halsmottagningen | Ultraljudsapparat | 550 | 2027-03 | 1 | 7 | 5
new | Gällö distriktssköterskemottagning | Bladderscanner | 70 | 2026-11 | 0 | 7 | 2
new | Barn- och ungdomsmottagningen | Blåsvolymmätare | 70 | 2026-11 | 0 | 7 | 2
new | Akutmottagningen | Blåsvolymmätare | 140 | 2026-11 | 0 | 7 | 2
new | Funäsdalens hälsocentral | Benpress | 74 | 2027-01 | 0 | 10 | 0
new | Järpens hälsocentral | Stötvågsapparat | 130 | 2027-02 | 0 | 7 | 3
new | Kirurgienheten | Fast övervakningsutrustning | 1 500 | 2027-09 | 3 | 10 | 5
new | Ambulansavdelningen | Mobimedutrustning | 200 | 2027-06 | 0 | 5 | 8
new | Intensivvårdsavdelningen | TEG/Rotem | 510 | 2027-04 | 1 | 7 | 6
new | Kliniskt träningscentrum | Ultraljudssimulator | 800 | 2027-08 | 1 | 7 | 4
new | Områdesstab kirurgi | Laparoskopistapel | 1 750 | 2027-10 | 2 | 7 | 5
replacement | Nuklearmedicin | Hotlab, rum för hantering och beredning av isotop | 20 000 | 2027-06 | 6 | 15 | 0
replacement | Ambulansavdelningen | Ambulanser | 10 080 | 2027-05 | 3 | 7 | 0
replacement | Dialysmottagningen | Vattenreningssystem omvänd osmos | 3 000 | 2027-08 | 3 | 10 | 0
replacement | Intensivvårdsavdelningen | Lungventilator transport | 400 | 2027-01 | 1 | 7 | 0
replacement | Klinisk kemi | Syrabasinstrument | 350 | 2027-02 | 1 | 7 | 0
replacement | Enheten för kvinnosjukvård | Stelt videolaparoskop | 275 | 2027-05 | 0 | 7 | 0
replacement | Ögonmottagningen | Operationsmikroskop ögon | 1 600 | 2027-03 | 2 | 10 | 0
replacement | Röntgen Östersund | Skelettlab för akutverksamhet (lab 4) | 5 750 | 2027-10 | 4 | 10 | 0
replacement | Ambulanshelikoptern | Corpuls hjärtkompressionsapparat | 140 | 2026-12 | 0 | 7 | 0
replacement | Neonatalavdelningen | Kuvös, standard | 816 | 2027-04 | 1 | 10 | 0
replacement | Enheten för kvinnosjukvård | Ultraljudsapparat, akutmottagning | 530 | 2027-09 | 1 | 7 | 0
replacement | Endoskopimottagningen | Akutstapel | 810 | 2027-11 | 1 | 7 | 0
replacement | Barn- och ungdomsmottagningen | Svettestapparat | 90 | 2027-02 | 0 | 7 | 0
replacement | Folktandvårdsstaben | Unit, 7 st | 2 450 | 2027-09 | 2 | 10 | 0
replacement | Hjärtenheten | EKG-förstärkare | 110 | 2027-01 | 0 | 7 | 0
replacement | Barn- och ungdomshabiliteringen | Ultraljud | 400 | 2027-06 | 1 | 7 | 0
replacement | Områdesstab kirurgi | NIM response | 250 | 2027-03 | 0 | 7 | 0
replacement | Öron-näsa-halsmottagningen | Barnvideoskop | 200 | 2027-04 | 0 | 5 | 0
replacement | Kliniskt träningscentrum | Hjärtkompressionsapparat | 140 | 2027-08 | 0 | 7 | 0
replacement | Dialysmottagningen | Centralkoncentratsystem | 700 | 2027-08 | 3 | 10 | 0
replacement | Akutmottagningen | Defibrillator | 300 | 2026-12 | 0 | 7 | 0
replacement | Bräcke hälsocentral | Diskdesinfektor | 200 | 2027-05 | 1 | 10 | 0
replacement | Funäsdalens hälsocentral | Spoldesinfektorer | 100 | 2027-05 | 1 | 10 | 0
replacement | Hallens hälsocentral | Spoldesinfektor | 100 | 2027-09 | 1 | 10 | 0
replacement | Områdesstab psykiatri | Spoldesinfektor | 100 | 2027-09 | 1 | 10 | 0
replacement | Områdesstab kirurgi | Laparoskopistapel | 900 | 2027-12 | 1 | 7 | 0
replacement | Lits hälsocentral | Diskdesinfektor | 100 | 2027-11 | 1 | 10 | 0
"""
"""Kind, unit, object, tkr, month it is paid, months until it is in use, life in years, running cost a year in per cent.

The plan of 2024 is moved to the winter of 2026 and the year after it.
"""

Row = dict[str, object]
"""One row of a register."""


def investments_register(organisation: DemoOrganisation) -> dict[str, list[Row]]:
    """Return the content of ``investments.yaml``: investments and loans.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units, by their names.

    Returns
    -------
    dict of str to list of dict
        Amounts in SEK.
    """
    investments: list[Row] = []
    for number, line in enumerate(PLAN.strip().splitlines(), 1):
        kind, unit, name, thousands, paid, wait, life, running = (part.strip() for part in line.split("|"))
        amount = 1000.0 * int(thousands.replace(" ", ""))
        row: Row = {
            "id": f"i{number:02d}",
            "name": name,
            "unit": organisation.unit(unit).code,
            "kind": kind,
            "amount": amount,
            "paid": paid,
            "in_use": _later(paid, int(wait)),
            "life": int(life),
            "running_cost": amount * int(running) / 100,
        }
        if name.startswith("Hotlab"):
            row["loan"] = LOAN
        investments.append(row | {"status": "planned", "source": SOURCE, "owner": "Divisionschef"})
    (borrowed,) = (row for row in investments if "loan" in row)
    loan: Row = {
        "id": LOAN,
        "name": "Lån till hotlab",
        "amount": None,
        "drawn": borrowed["paid"],
        "interest": None,
        "years": 20,
        "refinances": None,
        "source": "Påhittat för demonstration",
    }
    return {"investments": investments, "loans": [loan]}


def _later(month: str, months: int) -> str:
    """Move a month ahead.

    Examples
    --------
    >>> _later("2027-11", 2)
    '2028-01'
    """
    year, number = (int(part) for part in month.split("-"))
    ahead = year * 12 + number - 1 + months
    return f"{ahead // 12}-{ahead % 12 + 1:02d}"
