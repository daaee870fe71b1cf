"""What the sheets and columns of the registers are, in Swedish, for the sheet that explains them."""

from __future__ import annotations

REQUIRED_WORD = "ja"
"""Said of a column that every row must have."""

KIND_WORDS = {
    "text": "text",
    "number": "tal",
    "truth": "ja eller nej",
    "date": "datum",
    "list": "lista, delad med semikolon",
    "mapping": "{namn: värde}",
}
"""What a column holds."""

SHEETS_EXPLAINED = {
    "units": "Organisationen: en nämnd överst, därunder divisioner, områden och enheter. Bara enheter bär bokföring.",
    "lines": "Resultatrapportens rader, i den ordning de skrivs ut.",
    "accounts": "Kontointervall och den rapportrad de hör till. Varje konto ska ligga i precis ett intervall.",
    "measures": "Åtgärder som är tänkta att ändra resultatet.",
    "goals": "Målvärden för nyckeltal.",
    "decisions": "Beslut och de åtgärder de satte i gång.",
    "comments": "Den ansvariges ord om en avvikelse.",
    "events": "Kända händelser som ändrar beloppen från en viss månad.",
    "reports": "Rapportplanen: vilka rapporter som görs, för vilka enheter och när.",
}
"""Sheet to what it holds."""

EXPLAINED: dict[str, dict[str, str]] = {
    "units": {
        "code": "Kod i huvudboken. Skriv koder som text, så att inledande nollor står kvar.",
        "name": "Namn i rapporterna.",
        "level": "Nivå. En nivå får hoppas över.",
        "parent": "Kod för noden ovanför; tom bara för nämnden.",
        "valid_from": "Första dag. Tom: har alltid funnits.",
        "valid_to": "Sista dag. Tom: finns fortfarande.",
        "successor": "Kod för den som tog över; kräver valid_to.",
    },
    "lines": {
        "line": "Radens beteckning: små bokstäver a–z, siffror och _.",
        "name": "Namn i rapporterna.",
        "group": "Kolumn i den tryckta budgettabellen.",
        "kind": "Intäkt (income) eller kostnad (cost).",
        "volume_driven": "Ja när kostnaden väntas följa vårdens volym.",
        "price_index": "Prisindex i tabellen price_index som radens priser följer.",
        "volume_products": "Produkter i tabellen volumes som raden följer, den bästa först.",
    },
    "accounts": {
        "first": "Första konto i intervallet; jämförs siffra för siffra, så att 40–44 rymmer 4010 och 4499.",
        "last": "Sista konto i intervallet.",
        "line": "Rapportraden, som den heter på bladet lines.",
        "name": "Kontonas namn.",
        "source": "Varifrån indelningen kommer, och om den är verifierad.",
    },
    "measures": {
        "id": "Beteckning.",
        "name": "Namn i rapporterna.",
        "description": "Vad som görs.",
        "units": "Koder, på vilken nivå som helst, där åtgärden gäller.",
        "lines": "Rapportrader som den ska ändra.",
        "accounts": "Konton som den ska ändra.",
        "component": "Den del av kostnaden som ändras: hela, pris, volym eller intensitet.",
        "start": "Första månad, ÅÅÅÅ-MM.",
        "profile": "Hur den införs: step, ramp(6), delay(3) eller pulse.",
        "planned_effect": "Kronor per helår; plus förbättrar resultatet.",
        "cost": "Kronor per år för att genomföra den.",
        "kind": "Vad effekten används till.",
        "responsible": "Ansvarig roll.",
        "decision": "Diarienummer.",
        "comparison_units": "Enheter utan åtgärden, att jämföra med.",
        "negative_control": "Enheter och rader som åtgärden inte kan ha ändrat: {units: ['101'], lines: [drugs]}.",
        "judgement": "Månad för nästa bedömning, ÅÅÅÅ-MM.",
    },
    "goals": {
        "id": "Beteckning.",
        "name": "Namn.",
        "kpi": "Nyckeltal i tabellen kpi_values.",
        "unit": "Kod för den enhet det gäller.",
        "year": "Kalenderår.",
        "target": "Målvärde.",
        "direction": "Högst (at_most) eller minst (at_least).",
        "weight": "Vikt bland målen.",
        "source": "Var målet beslutades.",
    },
    "decisions": {
        "id": "Beteckning.",
        "date": "Dag för beslutet.",
        "body": "Vem som beslutade.",
        "reference": "Diarienummer.",
        "text": "Vad som beslutades.",
        "measures": "Åtgärdernas beteckningar.",
    },
    "comments": {
        "unit": "Enhetens kod.",
        "line": "Rapportrad; tom: alla enhetens rader.",
        "period": "Månad den skrevs för, ÅÅÅÅ-MM.",
        "text": "Förklaringen, som den skrivs ut. Inga personuppgifter.",
        "author": "Roll hos den som skrev.",
        "decision": "Beteckning för beslutet den ledde till.",
    },
    "events": {
        "id": "Beteckning.",
        "name": "Namn i rapporterna; samma namn varje år för det som återkommer.",
        "units": "Koder, på vilken nivå som helst, där den gäller.",
        "lines": "Rapportrader den ändrar.",
        "accounts": "Konton den ändrar.",
        "start": "Första månad, ÅÅÅÅ-MM.",
        "end": "Sista månad, ÅÅÅÅ-MM; tom medan den gäller.",
        "kind": "Vad det är.",
        "change": "Andel av nivån: −1 stänger, 0,034 höjer med 3,4 procent; estimate när storleken inte är känd.",
        "amount": "Kronor per månad, intäkt plus och kostnad minus. Ange change eller amount, inte båda.",
        "status": "Beslutad (decided) går in i prognosen; planerad (planned) visas bredvid.",
        "known_from": "Månad den blev känd, ÅÅÅÅ-MM.",
        "source": "Var den beslutades.",
        "owner": "Roll som svarar för den.",
    },
    "reports": {
        "notebook": "Anteckningsbokens fil i notebooks/.",
        "title": "Titel på förstasidan.",
        "levels": "Nivåer den görs för: board, division, area, unit.",
        "units": "Koder den görs för; tom: alla på nivåerna.",
        "months": "Kalendermånader den görs i, 1–12; tom: alla.",
        "parameters": "Värden till anteckningsbokens egna parametrar: {measure: contract_home}.",
        "receivers": "Roller eller adresser som får den.",
        "pdf": "Ja när den också ska bli PDF.",
        "time_limit": "Sekunder en cell får ta.",
        "id": "Slag av rapport, i filnamn; behövs när samma anteckningsbok beställs flera gånger.",
    },
}
"""Sheet and column to what the column holds."""
