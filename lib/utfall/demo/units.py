"""Names, kinds and sizes of the made-up region's divisions, areas and units.

The names follow how a Swedish region names its organisation; every size is invented.
"""

from __future__ import annotations

BOARD_CODE = "HSN"
"""Code of the board."""

BOARD_NAME = "Hälso- och sjukvårdsnämnden"
"""Name of the board."""

PLAN = """
MED Division Medicin
  Område hjärta, lunga och medicin
    Hjärtenheten | clinic | 36
    Hjärtavdelningen | ward | 52
    Hjärtintensiven | ward | 28
    Lungmottagningen | clinic | 15
    Allergimottagningen | clinic | 9
    Lung- och allergimottagningen | clinic | 24
    Lungavdelningen | ward | 27
    Medicinmottagningen | clinic | 18
    Medicinavdelningen | ward | 42
    Gastromottagningen | clinic | 25
  Område njurar, diabetes och reumatologi
    Dialysmottagningen | clinic | 46
    Njurmottagningen | clinic | 13
    Diabetesmottagningen | clinic | 16
    Endokrinmottagningen | clinic | 10
    Reumatologmottagningen | clinic | 58
    Reumatologiska dagvården | clinic | 8
    Obesitasmottagningen | clinic | 6
  Område cancer, blod och hud
    Onkologmottagningen | clinic | 26
    Onkologiska dagvården | clinic | 62
    Hematologmottagningen | clinic | 34
    Hudmottagningen | clinic | 27
    Palliativa teamet | clinic | 12
    Cancerrehabiliteringen | rehab | 5
    Medicinska dagvården | clinic | 10
  Område infektion, neurologi och stroke
    Infektionsavdelningen | ward | 32
    Infektionsmottagningen | clinic | 15
    Neurologmottagningen | clinic | 30
    Strokeenheten | ward | 38
    Neurorehabiliteringen | rehab | 12
    STI-mottagningen | clinic | 3
  Område akut och ambulans
    Akutmottagningen | emergency | 74
    Akutvårdsavdelningen | ward | 36
    Ambulansavdelningen | ambulance | 22
    Ambulansen Östersund | ambulance | 18
    Ambulansen Strömsund | ambulance | 8
    Ambulansen Sveg | ambulance | 8
    Ambulansen Järpen | ambulance | 8
    Ambulansen Hammarstrand | ambulance | 6
    Ambulansen Funäsdalen | ambulance | 7
    Ambulansen Bräcke | ambulance | 6
    Ambulanshelikoptern | ambulance | 22
  Område psykiatri
    Områdesstab psykiatri | office | 11
    Allmänpsykiatriska avdelningen | psychiatric_ward | 48
    Psykiatriska intensivvården | psychiatric_ward | 24
    Beroendeenheten | psychiatric_clinic | 16
    Psykiatriska mottagningen Östersund | psychiatric_clinic | 38
    Psykiatriska mottagningen Strömsund | psychiatric_clinic | 6
    Psykiatriska mottagningen Sveg | psychiatric_clinic | 6
    Rättspsykiatriska öppenvården | psychiatric_clinic | 9
    Ätstörningsenheten | psychiatric_clinic | 7
    Neuropsykiatriska enheten | psychiatric_clinic | 14
    Äldrepsykiatriska mottagningen | psychiatric_clinic | 7
    Affektiva mottagningen | psychiatric_clinic | 8
  Område barn- och ungdomspsykiatri
    Barn- och ungdomspsykiatriska mottagningen | psychiatric_clinic | 28
    Barn- och ungdomspsykiatriska avdelningen | psychiatric_ward | 14
    Barn- och ungdomspsykiatriska akutteamet | psychiatric_clinic | 6
    Första linjen barn och unga | psychiatric_clinic | 7
  Område diagnostik
    Områdesstab diagnostik | office | 6
    Röntgen Östersund | laboratory | 76
    Mammografienheten | laboratory | 8
    Nuklearmedicin | laboratory | 13
    Klinisk kemi | laboratory | 52
    Klinisk mikrobiologi | laboratory | 26
    Klinisk fysiologi | laboratory | 15
    Klinisk patologi | laboratory | 24
    Blodcentralen | laboratory | 17
KIR Division Kirurgi
  Område kirurgi
    Områdesstab kirurgi | office | 14
    Kirurgmottagningen | clinic | 34
    Kirurgienheten | ward | 68
    Kirurgavdelningen | ward | 48
    Urologmottagningen | clinic | 28
    Endoskopimottagningen | clinic | 16
    Bröstmottagningen | clinic | 12
    Kärlmottagningen | clinic | 12
    Stomimottagningen | clinic | 4
  Område ortopedi
    Läkare ortopedi | clinic | 40
    Ortopedmottagningen | clinic | 24
    Ortopedavdelningen | ward | 64
    Handkirurgiska mottagningen | clinic | 7
    Ortopedtekniska enheten | rehab | 16
    Frakturmottagningen | clinic | 6
    Osteoporosmottagningen | clinic | 4
  Område operation och intensivvård
    Centraloperation | theatre | 130
    Dagkirurgiska enheten | theatre | 38
    Intensivvårdsavdelningen | intensive_care | 100
    Postoperativa avdelningen | ward | 22
    Anestesimottagningen | clinic | 30
    Smärtmottagningen | clinic | 9
    Sterilcentralen | theatre | 17
  Område öga, öron och hörsel
    Ögonmottagningen | clinic | 58
    Öron-näsa-halsmottagningen | clinic | 36
    Hörselvården | rehab | 22
    Syncentralen | rehab | 9
    Käkkirurgiska mottagningen | clinic | 15
    Logopedmottagningen | rehab | 8
  Område kvinnosjukvård
    Enheten för kvinnosjukvård | ward | 42
    Förlossningen | ward | 42
    Gynekologiska mottagningen | clinic | 19
    Ultraljudsmottagningen | clinic | 8
    BB-avdelningen | ward | 18
    Amningsmottagningen | clinic | 3
  Område barn och ungdom
    Barn- och ungdomsmottagningen | clinic | 40
    Barnavdelningen | ward | 46
    Neonatalavdelningen | ward | 40
    Barn- och ungdomshabiliteringen | rehab | 28
    Barnneurologiska teamet | clinic | 6
    Barndiabetesteamet | clinic | 9
NAR Division Nära vård
  Område primärvård Östersund
    Brunflo hälsocentral | health_centre | 42
    Frösö hälsocentral | health_centre | 44
    Lugnviks hälsocentral | health_centre | 38
    Odensala hälsocentral | health_centre | 48
    Torvalla hälsocentral | health_centre | 36
    Zätagränds hälsocentral | health_centre | 46
    Lits hälsocentral | health_centre | 20
    Häggenås distriktssköterskemottagning | health_centre | 4
    Primärvårdens jourcentral | health_centre | 18
  Område primärvård norr
    Strömsunds hälsocentral | health_centre | 36
    Hammerdals hälsocentral | health_centre | 15
    Backe hälsocentral | health_centre | 12
    Gäddede hälsocentral | health_centre | 10
    Hotings hälsocentral | health_centre | 12
    Föllinge hälsocentral | health_centre | 12
    Krokoms hälsocentral | health_centre | 36
    Hammarstrands hälsocentral | health_centre | 22
    Stuguns hälsocentral | health_centre | 10
    Närvårdsplatserna Strömsund | ward | 10
  Område primärvård söder
    Bräcke hälsocentral | health_centre | 26
    Gällö distriktssköterskemottagning | health_centre | 6
    Kälarne hälsocentral | health_centre | 9
    Svenstaviks hälsocentral | health_centre | 23
    Åsarna distriktssköterskemottagning | health_centre | 4
    Funäsdalens hälsocentral | health_centre | 19
    Hede hälsocentral | health_centre | 13
    Svegs hälsocentral | health_centre | 34
    Ytterhogdals hälsocentral | health_centre | 8
    Vemdalens distriktssköterskemottagning | health_centre | 4
    Närvårdsplatserna Sveg | ward | 11
  Område primärvård väster
    Järpens hälsocentral | health_centre | 28
    Åre hälsocentral | health_centre | 25
    Hallens hälsocentral | health_centre | 13
    Mörsils hälsocentral | health_centre | 9
    Offerdals hälsocentral | health_centre | 9
    Ås hälsocentral | health_centre | 15
    Undersåkers distriktssköterskemottagning | health_centre | 4
    Duveds distriktssköterskemottagning | health_centre | 4
  Område mödra- och barnhälsovård
    Barnmorskemottagningen Östersund | maternal_health | 16
    Barnmorskemottagningen Strömsund | maternal_health | 4
    Barnmorskemottagningen Sveg | maternal_health | 4
    Barnmorskemottagningen Järpen | maternal_health | 4
    Barnmorskemottagningen Krokom | maternal_health | 5
    Barnmorskemottagningen Bräcke | maternal_health | 3
    Barnhälsovården Östersund | maternal_health | 12
    Barnhälsovården norr | maternal_health | 5
    Barnhälsovården söder | maternal_health | 5
    Familjecentralen | maternal_health | 4
    Ungdomsmottagningen | maternal_health | 9
  Område rehabilitering och geriatrik
    Geriatriska avdelningen | ward | 44
    Geriatriska mottagningen | clinic | 10
    Minnesmottagningen | clinic | 6
    Rehabiliteringsavdelningen | ward | 27
    Fysioterapin Östersund | rehab | 18
    Arbetsterapin Östersund | rehab | 12
    Smärtrehabiliteringen | rehab | 8
    Vuxenhabiliteringen | rehab | 14
    Hjälpmedelscentralen | rehab | 24
    Dietistenheten | rehab | 5
    Kuratorsenheten | rehab | 8
  Område folktandvård
    Folktandvårdsstaben | office | 14
    Folktandvården Brunflo | dental | 10
    Folktandvården Frösön | dental | 11
    Folktandvården Lugnvik | dental | 9
    Folktandvården Odensala | dental | 11
    Folktandvården Strömsund | dental | 9
    Folktandvården Hammerdal | dental | 4
    Folktandvården Krokom | dental | 9
    Folktandvården Järpen | dental | 7
    Folktandvården Åre | dental | 6
    Folktandvården Bräcke | dental | 6
    Folktandvården Svenstavik | dental | 5
    Folktandvården Funäsdalen | dental | 4
    Folktandvården Sveg | dental | 8
    Folktandvården Hammarstrand | dental | 5
    Folktandvården Lit | dental | 4
    Folktandvården Hallen | dental | 3
    Folktandvården Backe | dental | 3
  Område specialisttandvård
    Ortodontimottagningen | dental | 13
    Endodontimottagningen | dental | 6
    Parodontologimottagningen | dental | 6
    Pedodontimottagningen | dental | 6
    Protetikmottagningen | dental | 7
    Sjukhustandvården | dental | 8
    Tandtekniska laboratoriet | dental | 5
  Område mobil och digital vård
    Områdesstab nära vård | office | 17
    Sjukvårdsrådgivningen 1177 | health_centre | 22
    Mobila närvårdsteamet | health_centre | 13
    Egenmonitoreringsenheten | health_centre | 8
    Digitala hälsocentralen | health_centre | 17
    Vaccinationsmottagningen | clinic | 9
    Asyl- och flyktinghälsan | health_centre | 7
HSD Hälso- och sjukvårdsdirektör
  Område hälso- och sjukvårdsstab
    Hälso- och sjukvårdsstaben | office | 16
    Patientsäkerhetsenheten | office | 5
    Smittskyddsenheten | office | 7
    Vårdhygieniska enheten | office | 5
    Strama | office | 2
    Enheten för produktionsstyrning | office | 4
    Bemanningsenheten | office | 8
  Område forskning och utbildning
    Forskningsenheten | office | 10
    Kliniskt träningscentrum | office | 6
    ST-enheten | office | 8
    AT- och BT-enheten | office | 13
    Läkarutbildningen | office | 8
    Sjukhusbiblioteket | office | 3
  Område riks- och regionvård
    Riks- och regionvården | care_buyer | 168
    Utomlänsvård psykiatri | care_buyer | 17
    Vårdgarantienheten | office | 7
"""
"""Division, area and unit by indentation; a unit has a kind and a size: its external cost in 2024, mkr."""

LINES_MKR: dict[str, dict[str, float]] = {
    "Hjärtenheten": {"purchased_care": 7.0},
    "Hjärtavdelningen": {"purchased_care": 6.0},
    "Gastromottagningen": {"drugs": 8.0},
    "Dialysmottagningen": {"materials": 16.0, "drugs": 5.0},
    "Reumatologmottagningen": {"drugs": 35.0},
    "Onkologmottagningen": {"purchased_care": 5.0},
    "Onkologiska dagvården": {"drugs": 42.0},
    "Hematologmottagningen": {"drugs": 16.0, "purchased_care": 3.0},
    "Hudmottagningen": {"drugs": 12.0},
    "Infektionsmottagningen": {"drugs": 5.0},
    "Neurologmottagningen": {"drugs": 15.0},
    "Diabetesmottagningen": {"drugs": 4.5},
    "Ambulanshelikoptern": {"other_costs": 14.0},
    "Allmänpsykiatriska avdelningen": {"purchased_care": 4.0},
    "Klinisk kemi": {"materials": 17.0},
    "Röntgen Östersund": {"other_costs": 16.0},
    "Urologmottagningen": {"drugs": 5.0},
    "Ortopedavdelningen": {"purchased_care": 15.0, "materials": 14.0},
    "Intensivvårdsavdelningen": {"purchased_care": 7.0},
    "Ögonmottagningen": {"drugs": 15.0, "materials": 9.0},
    "Kirurgmottagningen": {"purchased_care": 4.0},
    "Barn- och ungdomsmottagningen": {"drugs": 6.0},
    "Barnavdelningen": {"purchased_care": 4.0},
    "Neonatalavdelningen": {"purchased_care": 3.5},
}
"""Lines of a unit that its kind does not describe, mkr in the 2024 budget; the rest is shared by its kind."""
