"""Addresses of a source: what leads elsewhere is not followed."""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from utfall.errors import InvalidParameter
from utfall.sources.open_data.answer import Unreachable

_PORTS = {"http": 80, "https": 443}


class Place:
    """The computer and the way in which a source is asked.

    Parameters
    ----------
    base : str
        The source's address.

    Raises
    ------
    InvalidParameter
        When it is not one of the web.

    Examples
    --------
    >>> Place("https://api.kolada.se/v3").within("/v3/kpi?page=2", "https://api.kolada.se/v3/kpi")
    'https://api.kolada.se/v3/kpi?page=2'
    """

    def __init__(self, base: str) -> None:
        self._parts = _split(base)
        if self._parts.scheme not in _PORTS or not self._parts.hostname:
            raise InvalidParameter(f"{base!r} is no web address; write it as https://server/path.")

    @property
    def name(self) -> str:
        """Name of the computer."""
        return str(self._parts.hostname)

    def within(self, link: str, seen_from: str) -> str:
        """Give the address of a link in a page, which has to stay with the source.

        A link that is written with ``http`` is followed with ``https`` where the source itself is asked so:
        Socialstyrelsen writes its links that way.

        Parameters
        ----------
        link : str
            As the page has it.
        seen_from : str
            Address of the page.

        Returns
        -------
        str

        Raises
        ------
        Unreachable
            When it leads to another computer.
        """
        parts = _split(urljoin(seen_from, link))
        if parts.scheme == "http" and self._parts.scheme == "https" and parts.port in (None, 80):
            same = parts.hostname == self._parts.hostname
        else:
            same = (parts.scheme, parts.hostname, _port(parts)) == (
                self._parts.scheme,
                self._parts.hostname,
                _port(self._parts),
            )
        if not same:
            what = f"{self.name} sends on to another computer, {parts.hostname}, which is not asked."
            raise Unreachable(f"{what} It may be a proxy's login page: log in with a web browser and try again.")
        return urlunsplit(parts._replace(scheme=self._parts.scheme, netloc=self._parts.netloc, fragment=""))


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise InvalidParameter(f"{address!r} is no web address ({error}).") from None
    return parts


def _port(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme)
