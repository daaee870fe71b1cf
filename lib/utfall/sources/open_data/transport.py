"""One polite way out: slow on purpose, patient with errors, and plain about what is no data."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from types import TracebackType
from typing import Any

import httpx

from utfall.errors import InvalidParameter
from utfall.sources.open_data.addresses import Place
from utfall.sources.open_data.answer import Answer, Kind, Unreachable

USER_AGENT = f"utfall/{version('utfall')} (analysis kit for Swedish regions)"
"""How the kit names itself, so that the source knows who asks."""

MOST_REQUESTS_A_SECOND = 5.0
"""No source is asked more often than this, whatever a caller wishes."""

MAX_ATTEMPTS = 5
"""How many times one page is asked for."""

CONNECT_ATTEMPTS = 2
"""How many times a computer that cannot be reached at all is tried: without network, waiting longer helps nobody."""

FIRST_WAIT = 1.0
"""Seconds before the second attempt; each wait after it is twice as long."""

LONGEST_WAIT = 300.0
"""Seconds a source may ask for with ``Retry-After`` before the kit stops and says so."""

TIMEOUT = 60.0
"""Seconds without a single byte before an attempt is given up; a connection is waited for a quarter of it."""

LONGEST_PAGE = 600.0
"""Seconds one page may take in all, so that a page that drips does not go on for ever."""

MAX_PAGE_BYTES = 64_000_000
"""Largest page that is taken in, uncompressed; the largest that is expected is a few megabytes."""

MAX_REDIRECTS = 3
"""How many times a source may send on to another address of its own."""

SHOWN = 200
"""Letters of a refusal that are shown."""

_TRY_LATER = "Try again later; what was saved before is kept."


class _Again(Exception):
    """An attempt failed in a way that may pass."""

    def __init__(self, reason: str, *, wait: float | None = None, connecting: bool = False) -> None:
        super().__init__(reason)
        self.wait, self.connecting = wait, connecting


class Transport:
    """Asks one source for pages of JSON, over one connection.

    Proxy settings (``HTTPS_PROXY``, ``NO_PROXY``) and an own certificate (``SSL_CERT_FILE``) are taken from the
    environment. Errors that may pass (429, 500, 502, 503, 504, timeouts, broken or cut pages) are tried again after a
    while; what the source says in ``Retry-After`` is followed. Nothing is asked of another computer than the source's.

    Parameters
    ----------
    base : str
        The source's address.
    requests_per_second : float, default 5.0
        How often it is asked at most.
    timeout : float, default 60.0
        Seconds without a byte before an attempt is given up.
    max_page_bytes : int, default 64 000 000
        Largest page taken in.
    certificates : SSLContext, optional
        Which certificates are trusted; those of certifi, or of ``SSL_CERT_FILE``, when not given.
    clock, now, sleep : callable, optional
        Seconds, time of day and waiting; tests give their own.

    Raises
    ------
    InvalidParameter
        When the address is not one of the web.

    Examples
    --------
    >>> Transport("https://api.kolada.se/v3/").base
    'https://api.kolada.se/v3'
    """

    def __init__(
        self,
        base: str,
        *,
        requests_per_second: float = MOST_REQUESTS_A_SECOND,
        timeout: float = TIMEOUT,
        max_page_bytes: int = MAX_PAGE_BYTES,
        certificates: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = base.rstrip("/")
        self.now = now
        self._place = Place(base)
        self._interval = 1 / min(requests_per_second, MOST_REQUESTS_A_SECOND)
        self._max_page_bytes = max_page_bytes
        self._clock, self._sleep = clock, sleep
        self._next_at = clock()
        self._client = httpx.Client(
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            timeout=httpx.Timeout(timeout, connect=timeout / 4),
            follow_redirects=False,
            verify=True if certificates is None else certificates,
        )

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def get(self, address: str, *, kind: Kind = "data", may_be_absent: bool = False) -> Answer:
        """Ask for a page.

        Parameters
        ----------
        address : str
            Where, within the source.
        kind : {"data", "labels"}
            What the page holds.
        may_be_absent : bool, default False
            Whether 404 means that there are no figures, and not that the question was wrong.

        Returns
        -------
        Answer

        Raises
        ------
        Unreachable
            When there is no network, the source does not answer, or answers with something that is no data.
        """
        return self._ask("GET", address, None, kind, may_be_absent)

    def post(self, address: str, asked: dict[str, Any]) -> Answer:
        """Ask for a page with a question in JSON; see `get`.

        Parameters
        ----------
        address : str
            Where, within the source.
        asked : dict
            The question.

        Returns
        -------
        Answer
        """
        return self._ask("POST", address, asked, "data", False)

    def within(self, link: str, seen_from: str) -> str:
        """Give the address of a link in a page; see `Place.within`.

        Parameters
        ----------
        link : str
            As the page has it.
        seen_from : str
            Address of the page.

        Returns
        -------
        str
        """
        return self._place.within(link, seen_from)

    def _ask(self, method: str, address: str, asked: dict[str, Any] | None, kind: Kind, may_be_absent: bool) -> Answer:
        address = self.within(address, self.base)
        attempt = 0
        while True:
            attempt += 1
            self._pace()
            try:
                body = self._body(method, address, asked, may_be_absent)
                content = None if body is None else _parsed(body)
                return Answer(method, address, asked, body, content, kind)
            except _Again as error:
                if error.connecting and attempt >= CONNECT_ATTEMPTS:
                    raise Unreachable(self._no_network(str(error))) from None
                if attempt >= MAX_ATTEMPTS:
                    what = f"{self._place.name} gave no page in {attempt} attempts ({error})."
                    raise Unreachable(f"{what} {_TRY_LATER}") from None
                self._sleep(FIRST_WAIT * 2 ** (attempt - 1) if error.wait is None else error.wait)

    def _pace(self) -> None:
        """Wait until the next request may be made."""
        wait = self._next_at - self._clock()
        if wait > 0:
            self._sleep(wait)
        self._next_at = max(self._clock(), self._next_at) + self._interval

    def _body(self, method: str, address: str, asked: dict[str, Any] | None, may_be_absent: bool) -> bytes | None:
        for _ in range(MAX_REDIRECTS + 1):
            with self._plain_errors(), self._client.stream(method, address, json=asked) as response:
                if response.is_redirect and (method == "GET" or response.status_code in (307, 308)):
                    address = self.within(response.headers["Location"], address)
                    continue
                if response.status_code == httpx.codes.NOT_FOUND and may_be_absent:
                    return None
                self._refuse(response)
                return self._read(response)
        raise Unreachable(f"{self._place.name} sends on from page to page without end. {_TRY_LATER}")

    def _read(self, response: httpx.Response) -> bytes:
        began, body = self._clock(), bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._max_page_bytes:
                what = f"{self._place.name} sends a page of more than {self._max_page_bytes / 1e6:g} megabytes."
                raise Unreachable(f"{what} Ask for fewer codes or years at a time.")
            if self._clock() - began > LONGEST_PAGE:
                raise _Again("the page did not end")
        return bytes(body)

    def _refuse(self, response: httpx.Response) -> None:
        """Stop at an answer that is not a page of JSON."""
        status = response.status_code
        if status in (429, 500, 502, 503, 504):
            raise _Again(f"it answers {status}", wait=self._asked_to_wait(response))
        media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        is_json = not media or media.endswith(("/json", "+json"))
        if status == httpx.codes.OK and is_json:
            return
        said = self._read(response)[: 4 * SHOWN].decode("utf-8", errors="replace")
        if not is_json and "html" in media:
            what = f"{self._place.name} answers {status} with a web page, not data: perhaps a proxy's login page."
            raise Unreachable(f"{what} Log in with a web browser, or fetch from a computer with open network.")
        said = " ".join(said.split())[:SHOWN]
        what = f"{self._place.name} refuses the question: {status}" if is_json else f"The answer is {media}, not JSON"
        raise Unreachable(f"{what} ({said or 'without a word'}). Check codes and years in the question.")

    def _asked_to_wait(self, response: httpx.Response) -> float | None:
        said = response.headers.get("Retry-After", "").strip()
        if not said:
            return None
        if said.isdigit():
            seconds = float(said)
        else:
            try:
                then = parsedate_to_datetime(said)
            except ValueError:
                return None
            seconds = (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - self.now().timestamp()
        if seconds > LONGEST_WAIT:
            what = f"{self._place.name} asks the kit to wait {seconds / 60:.0f} minutes."
            raise Unreachable(f"{what} Try again then; what was saved before is kept.")
        return max(seconds, 0.0)

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except httpx.InvalidURL as error:
            raise InvalidParameter(f"{self.base} is no web address that can be asked ({error}).") from None
        except httpx.ProxyError as error:
            what = f"The proxy lets nothing through to {self._place.name} ({error})."
            raise Unreachable(f"{what} Check HTTPS_PROXY, or fetch from a computer with open network.") from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error) or isinstance(error.__cause__, ssl.SSLError):
                what = f"The certificate of {self._place.name} is not trusted here."
                remedy = "Behind a proxy that opens traffic, name its certificate file in SSL_CERT_FILE."
                raise Unreachable(f"{what} {remedy}") from None
            raise _Again(str(error) or "no connection", connecting=True) from None
        except httpx.TimeoutException:
            raise _Again("it does not answer in time") from None
        except httpx.RequestError:
            raise _Again("the connection broke in the middle of the page") from None

    def _no_network(self, reason: str) -> str:
        return (
            f"{self._place.name} cannot be reached from this computer ({reason}). Reach it from a computer with "
            "network: run the same `utfall fetch … --to data/reference` there, then copy the folder here. "
            "Behind a proxy, set HTTPS_PROXY."
        )


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        # A page that was cut looks like this where the source does not say its length.
        raise _Again("the page is cut or is no JSON") from None


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
