"""The way out: slow on purpose, patient with errors, and plain about what is no data."""

from __future__ import annotations

import gzip
import re
import socket

import pytest

from tests.sources.open_data.server import Reply, serving
from utfall.errors import InvalidParameter
from utfall.sources.open_data import Unreachable
from utfall.sources.open_data.addresses import Place

FINE = Reply({"values": [1]})


def get(source, clock, path="/v3/kpi", **options):
    with clock.transport(source.base, **options) as transport:
        return transport.get(source.base + path)


def test_a_page_comes_as_it_was_sent_and_as_content(clock):
    with serving([Reply({"title": "Sjukfrånvaro, %"})]) as source:
        answer = get(source, clock)
    assert answer.content == {"title": "Sjukfrånvaro, %"}
    assert answer.body == '{"title": "Sjukfrånvaro, %"}'.encode()
    assert answer.address == source.base + "/v3/kpi"


def test_the_kit_names_itself_and_asks_for_json(clock):
    with serving([FINE]) as source:
        get(source, clock)
    assert source.asked[0].headers["User-Agent"].startswith("utfall/")
    assert source.asked[0].headers["Accept"] == "application/json"


def test_a_source_is_asked_at_most_five_times_a_second_however_often_a_caller_wishes(clock):
    with serving([FINE]) as source, clock.transport(source.base, requests_per_second=1000) as transport:
        for _ in range(11):
            transport.get(source.base)
    assert len(source.asked) == 11
    assert sum(clock.waits) == pytest.approx(2.0)


def test_all_pages_come_over_one_connection(clock):
    with serving([FINE]) as source, clock.transport(source.base) as transport:
        for _ in range(5):
            transport.get(source.base)
    assert len({asked.connection for asked in source.asked}) == 1


def test_a_source_that_asks_for_patience_gets_the_seconds_it_asked_for(clock):
    with serving([Reply(status=429, headers={"Retry-After": "17"}), FINE]) as source:
        assert get(source, clock).content == {"values": [1]}
    assert clock.waits == [17.0]


def test_a_source_may_say_at_what_time_it_wants_to_be_asked_again(clock):
    later = Reply(status=503, headers={"Retry-After": "Mon, 30 Nov 2026 06:00:40 GMT"})
    with serving([later, FINE]) as source:
        get(source, clock)
    assert clock.waits == [40.0]


def test_a_source_that_asks_for_hours_is_left_in_peace(clock):
    hours = Reply(status=429, headers={"Retry-After": "7200"})
    with serving([hours]) as source, pytest.raises(Unreachable, match="asks the kit to wait 120 minutes"):
        get(source, clock)
    assert len(source.asked) == 1


def test_an_error_that_passes_is_waited_for_longer_each_time(clock):
    with serving([Reply(status=500), Reply(status=502), FINE]) as source:
        assert get(source, clock).content == {"values": [1]}
    assert clock.waits == [1.0, 2.0]


def test_an_error_that_stays_ends_in_one_sentence_after_five_attempts(clock):
    with serving([Reply(status=500)]) as source, pytest.raises(Unreachable) as stopped:
        get(source, clock)
    assert len(source.asked) == 5
    assert str(stopped.value) == (
        "127.0.0.1 gave no page in 5 attempts (it answers 500). Try again later; what was saved before is kept."
    )


@pytest.mark.parametrize("tells_length", [True, False], ids=["with its length told", "without its length"])
def test_a_page_cut_in_the_middle_is_asked_for_again(clock, tells_length):
    cut = Reply({"values": list(range(100))}, cut=50, tells_length=tells_length)
    with serving([cut, FINE]) as source:
        assert get(source, clock).content == {"values": [1]}
    assert len(source.asked) == 2


def test_a_source_that_does_not_answer_in_time_is_asked_again(clock):
    with serving([Reply(hangs=True), FINE]) as source:
        assert get(source, clock, timeout=0.2).content == {"values": [1]}
    assert len(source.asked) == 2


def test_a_web_page_is_no_data_and_is_asked_for_once(clock):
    login = Reply(body="<html>Logga in på Regionens nät</html>".encode(), media="text/html; charset=utf-8")
    with serving([login]) as source, pytest.raises(Unreachable, match=r"a web page, not data: perhaps a proxy's login"):
        get(source, clock)
    assert len(source.asked) == 1


def test_a_refusal_is_told_with_the_sources_own_words(clock):
    refusal = Reply({"title": "Non-existent value"}, status=400)
    with serving([refusal]) as source, pytest.raises(Unreachable, match=r"refuses the question: 400 .*Non-existent"):
        get(source, clock)
    assert len(source.asked) == 1


def test_nothing_there_is_an_answer_only_where_it_may_be_one(clock):
    with serving([Reply({}, status=404)]) as source, clock.transport(source.base) as transport:
        assert transport.get(source.base + "/x", may_be_absent=True).body is None
        with pytest.raises(Unreachable, match="refuses the question: 404"):
            transport.get(source.base + "/x")


def test_without_network_the_way_by_another_computer_is_told(clock):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        base = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with clock.transport(base) as transport, pytest.raises(Unreachable) as stopped:
            transport.get(base)
    said = str(stopped.value)
    assert "cannot be reached from this computer" in said
    assert "utfall fetch" in said
    assert "then copy the folder here" in said
    assert clock.waits == [1.0]


def test_a_source_that_sends_on_to_another_computer_is_not_followed(clock):
    with serving([FINE]) as other:
        on = Reply(status=302, headers={"Location": other.base})
        with serving([on]) as source, pytest.raises(Unreachable, match="sends on to another computer"):
            get(source, clock)
    assert other.asked == []


def test_a_source_may_send_on_to_another_page_of_its_own(clock):
    with serving([Reply(status=301, headers={"Location": "/v3/new"}), FINE]) as source:
        assert get(source, clock).content == {"values": [1]}
    assert source.paths == ["/v3/kpi", "/v3/new"]


def test_a_source_that_sends_on_for_ever_is_left(clock):
    round_and_round = Reply(status=307, headers={"Location": "/v3/kpi"})
    with serving([round_and_round]) as source, pytest.raises(Unreachable, match="without end"):
        get(source, clock)
    assert len(source.asked) == 4


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed small"])
def test_a_gigantic_page_is_not_taken_in(clock, packed):
    page = b'"' + b"x" * 3_000_000 + b'"'
    reply = Reply(body=gzip.compress(page), headers={"Content-Encoding": "gzip"}) if packed else Reply(body=page)
    with serving([reply]) as source, pytest.raises(Unreachable, match=r"more than 0\.5 megabytes\. Ask for fewer"):
        get(source, clock, max_page_bytes=500_000)
    assert len(source.asked) == 1


def test_what_is_no_number_in_json_is_no_page(clock):
    with serving([Reply(body=b'{"value": NaN}')]) as source, pytest.raises(Unreachable, match="is no JSON"):
        get(source, clock)


def test_proxy_settings_of_the_environment_are_followed(clock, monkeypatch):
    with serving([FINE]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base)
        with clock.transport("http://api.example.invalid/v3") as transport:
            assert transport.get("http://api.example.invalid/v3/kpi").content == {"values": [1]}
    assert proxy.paths == ["http://api.example.invalid/v3/kpi"]


@pytest.mark.parametrize("base", ["kolada", "ftp://api.kolada.se", "https://", "https://[", "https://x:99999999"])
def test_what_is_no_web_address_is_refused(base):
    with pytest.raises(InvalidParameter, match=re.escape(base)):
        Place(base)


def test_a_link_written_without_encryption_is_followed_with_it():
    place = Place("https://sdb.socialstyrelsen.se/api/v1/sv")
    link = "http://sdb.socialstyrelsen.se/api/v1/sv/lakemedel/resultat?sida=2"
    assert place.within(link, "https://sdb.socialstyrelsen.se/") == link.replace("http:", "https:")


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/api",
        "//elsewhere.example/api",
        "https://sdb.socialstyrelsen.se@elsewhere.example/api",
        "https://sdb.socialstyrelsen.se:8443/api",
        "http://sdb.socialstyrelsen.se:8080/api",
        "file:///etc/passwd",
    ],
)
def test_a_link_that_leads_elsewhere_is_not_followed(link):
    with pytest.raises(Unreachable, match="another computer"):
        Place("https://sdb.socialstyrelsen.se/api").within(link, "https://sdb.socialstyrelsen.se/api/x")
