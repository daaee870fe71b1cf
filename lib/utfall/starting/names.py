"""What accounts and units are called, in whatever file says it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from utfall.starting.columns import best_column
from utfall.starting.looking import LookedFile
from utfall.starting.reading import distinct_rows
from utfall.starting.tables import TableProposal


def account_names(tables: Iterable[TableProposal], lists: Sequence[LookedFile]) -> dict[str, str]:
    """Names of accounts, as lists of accounts and tables tell them.

    Parameters
    ----------
    tables : iterable of TableProposal
        The tables.
    lists : sequence of LookedFile
        Lists of accounts, which are believed before tables.

    Returns
    -------
    dict of str to str
    """
    names: dict[str, str] = {}
    for look in [*lists, *(proposal.look for proposal in tables)]:
        if look.layout == "sie":
            from utfall.sources.sie import read_sie

            found = {number: account.name for number, account in read_sie(look.path).accounts.items()}
        elif look.columns:
            account = best_column(look.columns, "account")
            name = best_column(look.columns, "account_name", in_list=look in lists)
            if account is None or name is None or account == name:
                continue
            rows = distinct_rows(look, [account, name]).sort_values("rows", kind="stable")
            found = dict(zip(rows[account], rows[name], strict=True))
        else:
            continue
        names = {**found, **names}
    return names


def unit_names_of_sie(tables: Iterable[TableProposal]) -> dict[str, str]:
    """Names of units, as SIE files tell them.

    Parameters
    ----------
    tables : iterable of TableProposal
        The tables.

    Returns
    -------
    dict of str to str
    """
    from utfall.sources.sie import read_sie

    names: dict[str, str] = {}
    for path in {proposal.look.path for proposal in tables if proposal.look.layout == "sie"}:
        dimension = read_sie(path).dimensions.get("1")
        names |= {} if dimension is None else dimension.objects
    return names
