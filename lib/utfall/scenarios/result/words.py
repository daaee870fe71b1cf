"""What the items of the statements are called in a Swedish region's annual report."""

from __future__ import annotations

INCOME_WORDS = {
    "external_income": "Verksamhetens intäkter i huvudboken",
    "external_costs": "Verksamhetens kostnader i huvudboken",
    "depreciation": "Avskrivningar i huvudboken",
    "other_income": "Verksamhetens intäkter utanför huvudboken",
    "other_costs": "Verksamhetens kostnader utanför huvudboken",
    "other_depreciation": "Avskrivningar utanför huvudboken",
    "operating_net_cost": "Verksamhetens nettokostnader",
    "tax_revenue": "Skatteintäkter",
    "general_grants": "Generella statsbidrag och utjämning",
    "operating_result": "Verksamhetens resultat",
    "financial_income": "Utdelningar och ränteintäkter",
    "realised_gains": "Realiserade vinster och förluster",
    "unrealised_gains": "Orealiserade vinster och förluster",
    "interest_costs": "Räntekostnader",
    "pension_indexation": "Finansiell del av pensionskostnaden",
    "result": "Årets resultat",
}
"""Items and sums of the income statement."""

BALANCE_WORDS = {
    "fixed_assets": "Materiella anläggningstillgångar",
    "financial_fixed_assets": "Finansiella anläggningstillgångar",
    "inventories": "Förråd",
    "receivables": "Kortfristiga fordringar",
    "cash": "Likvida medel",
    "total_assets": "Summa tillgångar",
    "equity": "Eget kapital",
    "pension_provisions": "Avsättningar för pensioner",
    "other_provisions": "Andra avsättningar",
    "long_term_liabilities": "Långfristiga lån",
    "current_liabilities": "Kortfristiga skulder",
    "total_financing": "Summa eget kapital, avsättningar och skulder",
    "contingent_pension_liability": "Ansvarsförbindelse för pensioner, utanför balansräkningen",
}
"""Items and sums of the balance sheet, and what stands outside it."""

CASH_WORDS = {
    "result": "Årets resultat",
    "depreciation_added_back": "Återlagda avskrivningar",
    "gains_deducted": "Värdeförändringar som inte är pengar",
    "pension_change": "Pensioner som tjänats in, räknats upp och betalats ut",
    "inventories_change": "Förändring av förråd",
    "receivables_change": "Förändring av kortfristiga fordringar",
    "current_liabilities_change": "Förändring av kortfristiga skulder",
    "cash_from_operations": "Från den löpande verksamheten",
    "investments": "Investeringar",
    "placements": "Placeringar",
    "cash_to_investments": "Från investeringsverksamheten",
    "loans_drawn": "Upptagna lån",
    "loans_repaid": "Betalda lån",
    "cash_from_financing": "Från finansieringsverksamheten",
    "cash_change": "Förändring av likvida medel",
}
"""Items and sums of the cash flow statement."""

STATEMENT_WORDS = {"income_statement": INCOME_WORDS, "balance_sheet": BALANCE_WORDS, "cash_flow": CASH_WORDS}
"""Words of each statement's items, in the order they are printed."""

MEASURE_WORDS = {
    "balance_requirement": "Balanskravsresultat",
    "result_share": "Resultat av skatt och generella bidrag",
    "solidity": "Soliditet",
    "solidity_with_contingent": "Soliditet med ansvarsförbindelsen",
    "debt_share": "Lån av skatt och generella bidrag",
    "liquidity_days": "Likviditet",
    "quick_ratio": "Kassalikviditet",
}
"""What limits are set on."""

MONEY_MEASURES = ("balance_requirement",)
"""Measures in SEK."""

DAY_MEASURES = ("liquidity_days",)
"""Measures in days of costs; every other is a share."""
