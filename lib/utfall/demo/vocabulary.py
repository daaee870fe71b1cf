"""Words of the vouchers: texts, counterparties and projects; every company is invented."""

from __future__ import annotations

from utfall.demo.purchased_care import CONTRACT_PROVIDER, PROVIDERS
from utfall.demo.single_events import SUPPLIER

_REGIONS = (
    "Region Västernorrland",
    "Region Västerbotten",
    "Region Stockholm",
    "Region Gävleborg",
    "Region Dalarna",
)
_STAFFING = (
    "Lodjuret Bemanning AB (påhittat)",
    "Fjällripan Vårdkonsult AB (påhittat)",
    "Storspoven Sjuksköterskor AB (påhittat)",
    "Korpberget Läkare AB (påhittat)",
)
_PHARMA = ("Apotekskälla AB (påhittat)", "Vitsippan Läkemedel AB (påhittat)", "Nordgran Pharma AB (påhittat)")
_MATERIAL = (
    SUPPLIER,
    "Tallbiten Sjukvårdsmaterial AB (påhittat)",
    "Hermelinen Förbrukning AB (påhittat)",
    "Bävern Steril AB (påhittat)",
)
_DEVICES = (
    "Tranan Bildteknik AB (påhittat)",
    "Örnklippan Implantat AB (påhittat)",
    "Skogsduvan Medicinteknik AB (påhittat)",
)
_DIAGNOSTICS = ("Älgkällan Diagnostik AB (påhittat)", "Laxforsen Laboratorier AB (påhittat)")
_SERVICES = (
    "Kråkvik Tvätt AB (påhittat)",
    "Smultron Måltider AB (påhittat)",
    "Vintergatan Städ AB (påhittat)",
)
_OTHER = (
    "Björnlandet Fastigheter AB (påhittat)",
    "Ugglan IT-tjänster AB (påhittat)",
    "Renhjorden Resor AB (påhittat)",
    "Hackspetten Konsult AB (påhittat)",
    "Ekorren Kontor AB (påhittat)",
)

COUNTERPARTIES: dict[str, tuple[str, ...]] = {
    "3010": ("Patienter",),
    "3020": ("Patienter",),
    "3110": _REGIONS,
    "3120": ("Försäkringskassan", "Utländska försäkringsbolag"),
    "3510": ("Staten",),
    "3810": ("Kommuner i länet", "Övriga kunder"),
    "3820": ("Staten", "Övriga kunder"),
    "4510": ("Skatteverket",),
    "4410": ("Pensionsförvaltare",),
    "4610": ("Renhjorden Resor AB (påhittat)", "Hackspetten Konsult AB (påhittat)"),
    "5310": (*PROVIDERS, CONTRACT_PROVIDER),
    "5510": (_STAFFING[3], _STAFFING[0], _STAFFING[1]),
    "5520": (_STAFFING[2], _STAFFING[0], _STAFFING[1]),
    "5610": _PHARMA,
    "5620": _PHARMA[:1],
    "5710": _MATERIAL[1:],
    "5720": _DEVICES,
    "5730": _DIAGNOSTICS,
    "5740": _SERVICES,
    "6010": _OTHER[:1],
    "6210": ("Renhjorden Resor AB (påhittat)",),
    "6410": _OTHER[1:2],
    "6610": _DEVICES,
    "6910": _OTHER,
    "9110": ("Regionstyrelsen",),
    "9120": ("Regionstyrelsen", "Interna kunder"),
    "9510": ("Fastighetsenheten",),
    "9520": ("Område diagnostik",),
    "9530": ("Regiongemensam service",),
}
"""Counterparties of each account; an account not named has none."""

TEXTS: dict[str, tuple[str, ...]] = {
    "3010": ("Patientavgifter besök", "Patientavgifter, faktura", "Uteblivet besök"),
    "3020": ("Vårdavgift slutenvård",),
    "3110": ("Utomlänsvård öppenvård", "Utomlänsvård slutenvård"),
    "3120": ("Vård av EU-patient", "Vård av utländsk patient"),
    "3510": ("Riktat statsbidrag", "Statsbidrag tillgänglighet"),
    "3810": ("Försäljning av tjänst", "Intyg", "Utbildningsplats"),
    "3820": ("Ersättning", "Övrig intäkt"),
    "4010": ("Månadslön läkare", "Jour och beredskap"),
    "4020": ("Månadslön sjuksköterskor", "Övertid", "Ob-tillägg"),
    "4030": ("Månadslön undersköterskor", "Övertid", "Ob-tillägg"),
    "4040": ("Månadslön", "Timlön"),
    "4110": ("Semesterlön", "Sjuklön"),
    "4510": ("Arbetsgivaravgifter",),
    "4410": ("Pensionskostnad",),
    "4610": ("Kursavgift", "Resa i tjänsten", "Friskvård"),
    "5310": ("Riks- och regionvård, vårdtillfälle",),
    "5510": ("Inhyrd läkare, vecka", "Inhyrd läkare, jourpass"),
    "5520": ("Inhyrd sjuksköterska, vecka", "Inhyrd sjuksköterska, pass"),
    "5610": ("Läkemedel rekvisition", "Infusionsvätskor", "Läkemedel dagvård"),
    "5620": ("Läkemedel inom förmånen",),
    "5710": ("Förbrukningsmaterial", "Förband", "Operationsmaterial", "Sprutor och kanyler", "Handskar"),
    "5720": ("Implantat", "Instrument", "Medicinteknisk utrustning"),
    "5730": ("Reagenser", "Analys, externt laboratorium"),
    "5740": ("Tvätt", "Patientmat", "Lokalvård"),
    "6010": ("Lokalhyra",),
    "6210": ("Sjukresor", "Transport"),
    "6410": ("Licens", "IT-drift"),
    "6610": ("Serviceavtal",),
    "6910": ("Kontorsmaterial", "Konsulttjänst", "Porto", "Övrigt"),
    "7910": ("Avskrivning",),
    "9110": ("Vårdersättning",),
    "9120": ("Intern tjänst",),
    "9510": ("Internhyra",),
    "9520": ("Laboratorieanalys", "Röntgenundersökning"),
    "9530": ("Måltider internt", "IT internt", "Vårdnära service"),
}
"""Voucher texts of each account, the most usual first."""

PROJECTS = (
    "",
    "P1010 Statsbidrag tillgänglighet",
    "P1020 God och nära vård",
    "P1030 Forskning",
    "P1040 Egenmonitorering",
)
"""Projects; most postings have none."""

HIGH_COST_TEXT = "Riks- och regionvård, högkostnadsfall"
"""Voucher text of a case above a million."""

HIGH_COST_SEK = 1_000_000
"""Cost from which a case is called a high-cost case."""
