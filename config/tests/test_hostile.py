"""Bad input of every shape, spoken to the running server byte by byte: refused in our words, and nobody falls over.

One long module on purpose: the tables are the list of what was tried.
"""

import contextlib
import gzip
import json
import re
import select
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.signing import Signer

from config.api.pagination import Keyset, Sort
from config.testing.servers import Server

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("server")]

PATIENCE = 10.0
AT_ONCE = 1.5  # seconds, on a busy machine
BODY_TIMEOUT = 2.0  # as the `server` fixture sets it
MIB = 1024 * 1024

Refused = tuple[bytes, int, str]


# --- Speaking -----------------------------------------------------------------------------------------------------
class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


def head(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def get(target: str, *headers: str) -> bytes:
    return head(f"GET {target} HTTP/1.1", "Host: localhost", *headers)


def echo(body: bytes, *headers: str, kind: str = "Content-Type: application/json") -> bytes:
    lines = [line for line in (kind, f"Content-Length: {len(body)}", *headers) if line]
    return head("POST /api/probe/echo HTTP/1.1", "Host: localhost", *lines) + body


def framed(*headers: str, body: bytes = b'{"title": "a"}', version: str = "1.1") -> bytes:
    """A body whose length only these headers tell."""
    kind = "Content-Type: application/json"
    return head(f"POST /api/probe/echo HTTP/{version}", "Host: localhost", kind, *headers) + body


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)


def hear(link: socket.socket) -> Answer:
    with contextlib.closing(HTTPResponse(link)) as response:
        response.begin()
        return Answer(response.status, response.headers, response.read())


def say(link: socket.socket, words: bytes) -> None:
    with contextlib.suppress(ConnectionError):  # some are refused in mid-sentence
        link.sendall(words)


def tell(server: Server, words: bytes) -> Answer:
    with connect(server) as link:
        say(link, words)
        return hear(link)


def everything(server: Server, words: bytes) -> bytes:
    """All that is ever answered on one connection."""
    heard = b""
    with connect(server) as link:
        say(link, words)
        with contextlib.suppress(ConnectionError):
            while piece := link.recv(65536):
                heard += piece
    return heard


# --- Judging ------------------------------------------------------------------------------------------------------
def assert_guarded(answer: Answer) -> None:
    """What holds for every answer, also for gunicorn's own."""
    assert answer.status < 500, answer.body[:300]
    assert_headers(answer)


def assert_headers(answer: Answer) -> None:
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert re.fullmatch(r"[\w.-]{8,64}", answer.headers["X-Request-ID"])
    assert b"Traceback" not in answer.body


def assert_our_shape(answer: Answer, code: str | None = None) -> None:
    assert answer.headers["Content-Type"] == "application/json"
    told = json.loads(answer.body)
    assert list(told) == ["success", "error", "message", "details", "request_id"]
    assert told["success"] is False
    assert code in {None, told["error"]}
    assert told["message"]
    assert all(set(detail) == {"field", "code", "message"} for detail in told["details"])
    assert told["request_id"] == answer.headers["X-Request-ID"]


def assert_refused(answer: Answer, status: int, code: str) -> None:
    assert_guarded(answer)
    assert answer.status == status, answer.body[:300]
    assert_our_shape(answer, code)


# --- Whom do you ask ----------------------------------------------------------------------------------------------
def asking(*hosts: str, path: str = "/api/settings") -> bytes:
    return head(f"GET {path} HTTP/1.1", *(f"Host: {host}" for host in hosts))


BAD_HOSTS = {
    "unknown": asking("evil.example"),
    "ours-as-a-prefix": asking("localhost.evil.example"),
    "empty": asking(""),
    "with-a-space": asking("local host"),
    "with-a-user": asking("user@localhost"),
    "with-a-path": asking("localhost/admin"),
    "a-list": asking("localhost, evil.example"),
    "two-headers": asking("localhost", "evil.example"),
    "the-same-twice": asking("localhost", "localhost"),
    "missing": asking(),
    "port-of-letters": asking("localhost:abc"),
    "negative-port": asking("localhost:-1"),
    "open-bracket": asking("[::1"),
    "not-ascii": asking("loc\xe4lhost"),
    "very-long": asking("a" * 5000),
    **{f"unknown-at-{path}": asking("evil.example", path=path) for path in ("/", "/health", "/livez", "/info")},
}


@pytest.mark.parametrize("words", BAD_HOSTS.values(), ids=BAD_HOSTS)
def test_a_bad_host_is_refused(server: Server, words: bytes) -> None:
    assert_refused(tell(server, words), 400, "parse_error")


# --- Where --------------------------------------------------------------------------------------------------------
NOWHERE = {
    "unknown": "/api/nothing",
    "unknown-outside": "/nothing",
    "bare-prefix": "/api",
    "up": "/api/../admin/login/",
    "up-encoded": "/api/%2e%2e/admin/login/",
    "two-slashes-first": "//api/settings",
    "two-slashes-inside": "/api//settings",
    "backslash": "/api\\settings",
    "semicolon": "/api/settings;a=b",
    "capitals": "/API/settings",
    "devanagari": "/api/%E0%A4%B8%E0%A4%BE%E0%A5%9C%E0%A5%80",
    "half-utf-8": "/api/%ff",
    "overlong-utf-8": "/api/%c0%af",
    "surrogate-in-utf-8": "/api/%ed%a0%80",
    "broken-percent": "/api/%zz%",
    "line-breaks": "/api/%0d%0aSet-Cookie:%20a=b",
    "5000-characters": "/api/" + "a" * 5000,
    "5000-segments": "/api" + "/a" * 2500,
}


@pytest.mark.parametrize("target", NOWHERE.values(), ids=NOWHERE)
def test_an_address_that_leads_nowhere_is_404_in_json(server: Server, target: str) -> None:
    assert_refused(tell(server, get(target)), 404, "not_found")


NO_ADDRESS = {
    "nul": get("/api/%00"),
    "nul-behind-a-door": get("/api/settings/%00"),
    "raw-space": get("/api/a b"),
    "raw-utf-8": get("/api/\xc3\xa9"),
    "raw-control": get("/api/\x01"),
    "empty": head("GET  HTTP/1.1", "Host: localhost"),
    "no-slash": get("api/settings"),
    "asterisk": get("*"),
}


@pytest.mark.parametrize("words", NO_ADDRESS.values(), ids=NO_ADDRESS)
def test_what_is_no_address_is_400(server: Server, words: bytes) -> None:
    assert_refused(tell(server, words), 400, "parse_error")


# --- How ----------------------------------------------------------------------------------------------------------
def by(method: str, path: str = "/api/settings") -> bytes:
    return head(f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Length: 0")


WRONG_METHODS = {
    **{method: by(method) for method in ("FOO", "TRACE", "PROPFIND", "CONNECT", "DELETE", "POST", "PUT", "OPTIONS")},
    "CONNECT-elsewhere": by("CONNECT", "localhost:443"),
    "GET-where-one-posts": by("GET", "/api/probe/echo"),
    **{f"POST {path}": by("POST", path) for path in ("/", "/health", "/livez", "/info", "/openapi.json")},
}


@pytest.mark.parametrize("words", WRONG_METHODS.values(), ids=WRONG_METHODS)
def test_a_wrong_method_is_405_and_names_the_right_ones(server: Server, words: bytes) -> None:
    answer = tell(server, words)
    assert_refused(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"]


NO_METHODS = {"lower-case": "get", "hash": "GET#", "nul": "G\0T", "very-long": "A" * 100, "not-ascii": "G\xc9T"}


@pytest.mark.parametrize("method", NO_METHODS.values(), ids=NO_METHODS)
def test_what_is_no_method_is_400(server: Server, method: str) -> None:
    assert_refused(tell(server, by(method)), 400, "parse_error")


# --- Bodies -------------------------------------------------------------------------------------------------------
def number(text: str) -> bytes:
    return b'{"title": "a", "price": %s}' % text.encode()


def ratio(text: str) -> bytes:
    return b'{"title": "a", "ratio": %s}' % text.encode()


BAD_BODIES: dict[str, tuple[bytes, str]] = {
    "arrays-100000-deep": (b"[" * 100_000, "parse_error"),
    "arrays-100000-deep-and-closed": (b"[" * 100_000 + b"]" * 100_000, "parse_error"),
    "objects-100000-deep": (b'{"a":' * 100_000, "parse_error"),
    "arrays-33-deep": (b"[" * 33 + b"]" * 33, "parse_error"),
    "objects-33-deep": (b'{"a":' * 32 + b"{}" + b"}" * 32, "parse_error"),
    "arrays-32-deep": (b"[" * 32 + b"]" * 32, "validation_error"),
    "19-digits-above-int64": (number(str(2**63)), "validation_error"),
    "20-digits": (number("9" * 20), "validation_error"),
    "400-digits": (number("9" * 400), "validation_error"),
    "5000-digits": (number("9" * 5000), "validation_error"),
    "5000-digits-as-text": (number('"' + "9" * 5000 + '"'), "validation_error"),
    "minus-2-to-63": (number(str(-(2**63))), "validation_error"),
    "nan": (ratio("NaN"), "parse_error"),
    "infinity": (ratio("Infinity"), "parse_error"),
    "minus-infinity": (ratio("-Infinity"), "parse_error"),
    "1e999": (ratio("1e999"), "validation_error"),
    "minus-1e999": (ratio("-1e999"), "validation_error"),
    "nan-as-text": (ratio('"NaN"'), "validation_error"),
    "infinity-as-text": (ratio('"Infinity"'), "validation_error"),
    "1e999-as-text": (ratio('"1e999"'), "validation_error"),
    "900000-digits-of-a-float": (ratio("1" * 900_000 + ".5"), "validation_error"),
    "half-a-character": (rb'{"title": "\ud83d"}', "validation_error"),
    "half-a-character-reversed": (rb'{"title": "\ude00\ud83d"}', "validation_error"),
    "half-a-character-as-name": (rb'{"title": "a", "\ud83d": 1}', "validation_error"),
    "half-a-character-below-a-bad-name": (rb'{"\ud83d": {"\ud83d": "\ud83d"}}', "validation_error"),
    "nul": (rb'{"title": "a\u0000b"}', "validation_error"),
    "nul-as-name": (rb'{"title": "a", "b\u0000": 1}', "validation_error"),
    "raw-nul": (b'{"title": "a\0b"}', "parse_error"),
    "raw-line-break": (b'{"title": "a\nb"}', "parse_error"),
    "same-name-twice": (b'{"title": "a", "title": "b"}', "parse_error"),
    "same-name-twice-inside": (b'{"title": "a", "items": [{"count": 1, "count": 2}]}', "parse_error"),
    "same-name-twice-escaped": (rb'{"title": "a", "t\u0069tle": "b"}', "parse_error"),
    "broken": (b'{"title": ', "parse_error"),
    "broken-escape": (rb'{"title": "\x41"}', "parse_error"),
    "single-quotes": (b"{'title': 'a'}", "parse_error"),
    "comma-at-the-end": (b'{"title": "a",}', "parse_error"),
    "comment": (b'{"title": "a"} // hello', "parse_error"),
    "trailing-garbage": (b'{"title": "a"} x', "parse_error"),
    "two-documents": (b'{"title": "a"}{"title": "b"}', "parse_error"),
    "only-spaces": (b" \r\n\t ", "parse_error"),
    "empty": (b"", "validation_error"),
    "text": (b'"title"', "validation_error"),
    "whole-number": (b"5", "validation_error"),
    "true": (b"true", "validation_error"),
    "null": (b"null", "validation_error"),
    "array": (b'[{"title": "a"}]', "validation_error"),
    "utf-16": ('{"title": "a"}'.encode("utf-16"), "parse_error"),
    "utf-16-without-mark": ('{"title": "a"}'.encode("utf-16-le"), "parse_error"),
    "latin-1": ('{"title": "S\xe3ri"}'.encode("latin-1"), "parse_error"),
    "surrogate-in-utf-8": (b'{"title": "\xed\xa0\x80"}', "parse_error"),
    "byte-order-mark": (b'\xef\xbb\xbf{"title": "a"}', "parse_error"),
    "random-bytes": (bytes(range(256)), "parse_error"),
    "100-kb-text": (b'{"title": "%s"}' % (b"a" * 100_000), "validation_error"),
    "100-kb-name": (b'{"title": "a", "%s": 1}' % (b"a" * 100_000), "validation_error"),
    "unknown-field": (b'{"title": "a", "colour": 1}', "unknown_field"),
    "10000-unknown-fields": (json.dumps({f"f{n}": n for n in range(10_000)}).encode(), "unknown_field"),
    "prototype": (b'{"title": "a", "__proto__": {"is_admin": true}}', "unknown_field"),
    "unknown-field-inside": (b'{"title": "a", "items": [{"count": 1, "x": 2}]}', "unknown_field"),
    "object-for-text": (b'{"title": {"$ne": ""}}', "validation_error"),
    "array-for-text": (b'{"title": ["a"]}', "validation_error"),
    "boolean-for-text": (b'{"title": true}', "validation_error"),
    "null-for-text": (b'{"title": null}', "validation_error"),
    "boolean-for-number": (number("true"), "validation_error"),
    "object-for-number": (number("{}"), "validation_error"),
    "fraction-for-number": (number("1.5"), "validation_error"),
    "1e300-for-number": (number("1e300"), "validation_error"),
    "object-for-array": (b'{"title": "a", "items": {"count": 1}}', "validation_error"),
    "numbers-for-objects": (b'{"title": "a", "items": [1, null, "x"]}', "validation_error"),
}


@pytest.mark.parametrize(("body", "code"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_bad_body_is_400(server: Server, body: bytes, code: str) -> None:
    assert_refused(tell(server, echo(body)), 400, code)


TOO_LARGE = {
    "3-mb": echo(b'{"title": "%s"}' % (b"a" * 3 * MIB)),
    "1-mib-and-a-byte": echo(b" " * (MIB + 1)),
    "3-mb-of-garbage": echo(b"\xff" * 3 * MIB, kind="Content-Type: application/octet-stream"),
    "an-exabyte-announced": framed("Content-Length: 1000000000000000000"),
    "4000-digits-announced": framed("Content-Length: " + "9" * 4000),
    "to-a-get-door": get("/api/settings", f"Content-Length: {3 * MIB}"),
}


@pytest.mark.parametrize("words", TOO_LARGE.values(), ids=TOO_LARGE)
def test_too_large_a_body_is_413_by_its_head_alone(server: Server, words: bytes) -> None:
    assert_refused(tell(server, words), 413, "payload_too_large")


FORM = b"&".join(b"f%d=1" % n for n in range(5000))
PART = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\na\r\n--x--\r\n'
NOT_JSON = {
    "5000-form-fields": (FORM, "application/x-www-form-urlencoded"),
    "multipart": (PART, "multipart/form-data; boundary=x"),
    "multipart-without-boundary": (PART, "multipart/form-data"),
    "text": (b'{"title": "a"}', "text/plain"),
    "xml": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "application/xml"),
    "bytes": (b'{"title": "a"}', "application/octet-stream"),
    "yaml": (b"!!python/object/apply:os.abort []", "application/yaml"),
    "json-api": (b'{"title": "a"}', "application/vnd.api+json"),
    "two-in-one": (b'{"title": "a"}', "application/json, text/plain"),
    "garbage": (b'{"title": "a"}', ";;\xff/ \xfe=\t"),
    "very-long": (b'{"title": "a"}', "a" * 8000),
    "empty": (b'{"title": "a"}', ""),
}


@pytest.mark.parametrize(("body", "kind"), NOT_JSON.values(), ids=NOT_JSON)
def test_another_kind_of_body_is_415(server: Server, body: bytes, kind: str) -> None:
    assert_refused(tell(server, echo(body, kind=f"Content-Type: {kind}")), 415, "unsupported_media_type")


def test_a_body_without_a_kind_is_415(server: Server) -> None:
    assert_refused(tell(server, echo(b'{"title": "a"}', kind="")), 415, "unsupported_media_type")


# Python knows most of these as codecs, and Django tries them on the query before any middleware runs.
CODECS = ["hex", "base64", "zlib", "rot13", "idna", "punycode", "undefined", "unicode_escape", "utf-16", "latin-1", "x"]
ODD_KINDS = {
    **{f"charset-{codec}": f"application/json; charset={codec}" for codec in CODECS},
    "charset-empty": "application/json; charset=",
    "charset-of-7-kb": "application/json; charset=" + "a" * 7000,
    "charset-of-a-path": "application/json; charset=../../etc/passwd",
    "parameter-in-an-unknown-codec": "application/json; a*=nonsense'en'%41",
    "parameter-in-hex": "application/json; charset*=hex'en'%41",
    "parameter-in-idna": "application/json; a*=idna'en'%41",
    "parameter-with-odd-quotes": "application/json; 'a*=b'c",
    "parameter-unclosed": 'application/json; a="',
    "1500-parameters": "application/json" + ";a=b" * 1500,
}


@pytest.mark.parametrize("kind", ODD_KINDS.values(), ids=ODD_KINDS)
def test_an_odd_charset_or_parameter_is_refused_or_ignored(server: Server, kind: str) -> None:
    line = f"Content-Type: {kind}"
    query, body, empty = (
        get("/api/probe/pages?%70age=%31", line),
        *(echo(b, kind=line) for b in (b'{"title": "a"}', b"")),
    )
    for words, allowed in ((query, {200, 415}), (body, {200, 415}), (empty, {400, 415})):
        answer = tell(server, words)
        assert_guarded(answer)
        assert answer.status in allowed, answer.body[:300]


def test_a_flood_of_mistakes_is_answered_briefly(server: Server) -> None:
    body = b'{"title": "a", "items": [%s{}]}' % (b"{}," * 2000)
    answer = tell(server, echo(body))
    assert_refused(answer, 400, "validation_error")
    assert len(answer.body) < 64 * 1024


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="reads the memory of a process as Linux tells it"
)
def test_a_long_name_over_a_long_array_is_not_multiplied_in_memory(server: Server) -> None:
    workers = [Path("/proc", pid) for pid in re.findall(r"Booting worker with pid: (\d+)", server.log)]
    for worker in workers:
        (worker / "clear_refs").write_text("5")  # the peak starts afresh
    before = sum(peak_mb(worker) for worker in workers)
    answer = tell(server, echo(b'{"title": "a", "%s": [%s0]}' % (b"k" * 60_000, b"0," * 2_000)))
    assert_refused(answer, 400, "unknown_field")
    assert sum(peak_mb(worker) for worker in workers) - before < 40


def peak_mb(worker: Path) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", (worker / "status").read_text())
    assert found
    return int(found[1]) / 1024


# --- How long is it, and where does the next begin ----------------------------------------------------------------
BAD_LENGTHS: dict[str, Refused] = {
    "negative": (framed("Content-Length: -14"), 400, "parse_error"),
    "plus": (framed("Content-Length: +14"), 400, "parse_error"),
    "word": (framed("Content-Length: many"), 400, "parse_error"),
    "hexadecimal": (framed("Content-Length: 0xe"), 400, "parse_error"),
    "fraction": (framed("Content-Length: 14.0"), 400, "parse_error"),
    "empty": (framed("Content-Length:"), 400, "parse_error"),
    "superscript": (framed("Content-Length: \xb2"), 400, "parse_error"),
    "a-list": (framed("Content-Length: 14, 14"), 400, "parse_error"),
    "5000-digits": (framed("Content-Length: " + "9" * 5000), 400, "parse_error"),
    "two-different": (framed("Content-Length: 14", "Content-Length: 2"), 400, "parse_error"),
    "the-same-twice": (framed("Content-Length: 14", "Content-Length: 14"), 400, "parse_error"),
    "shorter-than-the-body": (framed("Content-Length: 5", "Connection: close"), 400, "parse_error"),
    "with-chunked": (framed("Content-Length: 14", "Transfer-Encoding: chunked"), 400, "parse_error"),
    "with-chunked-reversed": (framed("Transfer-Encoding: chunked", "Content-Length: 14"), 400, "parse_error"),
    "unknown-coding": (framed("Transfer-Encoding: xchunked"), 400, "parse_error"),
    "unknown-coding-and-length": (framed("Transfer-Encoding: x", "Content-Length: 14"), 400, "parse_error"),
    "only-gzip": (framed("Transfer-Encoding: gzip"), 400, "parse_error"),
    "identity": (framed("Transfer-Encoding: identity"), 400, "parse_error"),
    "chunked-twice": (framed("Transfer-Encoding: chunked, chunked"), 400, "parse_error"),
    "chunked-not-last": (framed("Transfer-Encoding: chunked, gzip"), 400, "parse_error"),
    "chunked-with-a-tail": (framed("Transfer-Encoding: chunked\x0b"), 400, "parse_error"),
    "space-before-the-colon": (framed("Transfer-Encoding : chunked"), 400, "parse_error"),
    "chunked-in-1.0": (framed("Transfer-Encoding: chunked", version="1.0"), 400, "parse_error"),
    "chunked": (framed("Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n"), 411, "parse_error"),
    "chunked-in-capitals": (framed("Transfer-Encoding:\tChUnKeD", body=b"2\r\n{}\r\n0\r\n\r\n"), 411, "parse_error"),
    "bad-chunk": (framed("Transfer-Encoding: chunked", body=b"ZZ\r\n{}\r\n0\r\n\r\n"), 411, "parse_error"),
    "negative-chunk": (framed("Transfer-Encoding: chunked", body=b"-2\r\n{}\r\n0\r\n\r\n"), 411, "parse_error"),
    "endless-chunk": (framed("Transfer-Encoding: chunked", body=b"F" * 30 + b"\r\n{}"), 411, "parse_error"),
    "lying-chunk": (framed("Transfer-Encoding: chunked", body=b"1\r\n{}\r\n0\r\n\r\n"), 411, "parse_error"),
    "forbidden-trailer": (
        framed("Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\nHost: evil.example\r\n\r\n"),
        411,
        "parse_error",
    ),
}
CLEAN_CHUNKS = {"chunked", "chunked-in-capitals", "endless-chunk"}
UNCLEAR = {name: shape[0] for name, shape in BAD_LENGTHS.items() if name not in CLEAN_CHUNKS}


@pytest.mark.parametrize(("words", "status", "code"), BAD_LENGTHS.values(), ids=BAD_LENGTHS)
def test_an_unclear_length_is_refused(server: Server, words: bytes, status: int, code: str) -> None:
    assert_refused(tell(server, words), status, code)


@pytest.mark.parametrize("words", UNCLEAR.values(), ids=UNCLEAR)
def test_nothing_is_smuggled_behind_an_unclear_length(server: Server, words: bytes) -> None:
    heard = everything(server, words + get("/api/settings"))
    assert heard.count(b"HTTP/1.1 ") == 1, heard[-600:]


# --- Heads --------------------------------------------------------------------------------------------------------
def headed(*lines: str) -> bytes:
    return get("/api/settings", *lines)


BAD_HEADS: dict[str, Refused] = {
    "address-of-8-kb": (get("/api/" + "a" * 8190), 414, "uri_too_long"),
    "address-of-200-kb": (get("/api/" + "a" * 200_000), 414, "uri_too_long"),
    "query-of-20-kb": (get("/api/probe/pages?status=" + "a" * 20_000), 414, "uri_too_long"),
    "line-without-end": (b"G" * 20_000, 414, "uri_too_long"),
    "header-of-20-kb": (headed("X-Long: " + "a" * 20_000), 431, "parse_error"),
    "cookie-of-20-kb": (headed("Cookie: sessionid=" + "a" * 20_000), 431, "parse_error"),
    "300-headers": (headed(*(f"X-{n}: a" for n in range(300))), 431, "parse_error"),
    "no-colon": (headed("X-Nothing"), 400, "parse_error"),
    "no-name": (headed(": a"), 400, "parse_error"),
    "space-in-the-name": (headed("X Y: a"), 400, "parse_error"),
    "not-ascii-in-the-name": (headed("X-\xdf: a"), 400, "parse_error"),
    "nul": (headed("X-A: a\0b"), 400, "parse_error"),
    "bare-return": (headed("X-A: a\rb"), 400, "parse_error"),
    "bare-line-feed": (headed("X-A: a\nX-B: b"), 400, "parse_error"),
    "folded": (headed("X-A: a", " b"), 400, "parse_error"),
    "folded-first": (headed(" X-A: a"), 400, "parse_error"),
    "two-content-types": (headed("Content-Type: application/json", "Content-Type: text/html"), 400, "parse_error"),
    "unknown-expectation": (headed("Expect: a-miracle"), 417, "parse_error"),
    "http-0.9": (b"GET /api/settings\r\n\r\n", 400, "parse_error"),
    "http-3.0": (head("GET /api/settings HTTP/3.0", "Host: localhost"), 400, "parse_error"),
    "http-1.10": (head("GET /api/settings HTTP/1.10", "Host: localhost"), 400, "parse_error"),
    "http-in-small-letters": (head("GET /api/settings http/1.1", "Host: localhost"), 400, "parse_error"),
    "http-2-preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "parse_error"),
    "line-feeds-only": (b"GET /api/settings HTTP/1.1\nHost: localhost\n\n", 400, "parse_error"),
    "empty-lines": (b"\r\n\r\n\r\n", 400, "parse_error"),
    "garbage": (bytes(range(256)) + b"\r\n\r\n", 400, "parse_error"),
    "ssh": (b"SSH-2.0-OpenSSH_9.2\r\n", 400, "parse_error"),
    "smtp": (b"EHLO evil.example\r\n", 400, "parse_error"),
    "proxy-protocol": (b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + get("/api/settings"), 400, "parse_error"),
    "request-id-with-a-line-feed": (headed("X-Request-ID: abcdefgh\nSet-Cookie: a=b"), 400, "parse_error"),
}


@pytest.mark.parametrize(("words", "status", "code"), BAD_HEADS.values(), ids=BAD_HEADS)
def test_a_broken_head_is_refused_in_our_shape(server: Server, words: bytes, status: int, code: str) -> None:
    assert_refused(tell(server, words), status, code)


def test_half_a_head_and_a_hang_up_is_nothing_to_answer(server: Server) -> None:
    with connect(server) as link:
        link.sendall(b"GET /api/set")
        link.shutdown(socket.SHUT_WR)
        assert link.recv(100) == b""


def test_a_caller_who_only_stopped_sending_is_answered(server: Server) -> None:
    with connect(server) as link:
        link.sendall(get("/api/settings"))
        link.shutdown(socket.SHUT_WR)
        assert hear(link).status == 200


def test_half_a_body_and_a_hang_up_is_refused_even_if_the_half_is_json(server: Server) -> None:
    with connect(server) as link:
        link.sendall(framed("Content-Length: 500"))
        link.shutdown(socket.SHUT_WR)
        answer = hear(link)
    assert_guarded(answer)
    assert answer.status in {400, 408}
    assert_our_shape(answer)


REQUEST_IDS = {
    "script": "<script>alert(1)</script>",
    "1-kb": "a" * 1024,
    "too-short": "a",
    "spaces": "aaaa bbbb",
    "encoded-line-feed": "abcdefgh%0d%0aSet-Cookie:a=b",
    "not-ascii": "abcdefgh\xe9\x85",
    "two": "abcdefgh\r\nX-Request-ID: ijklmnop",
    "format": "{0.__class__}%s%n",
}


@pytest.mark.parametrize("given", REQUEST_IDS.values(), ids=REQUEST_IDS)
def test_a_strange_request_id_is_replaced(server: Server, given: str) -> None:
    answer = tell(server, get("/api/nothing", f"X-Request-ID: {given}"))
    assert_refused(answer, 404, "not_found")
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert "Set-Cookie" not in answer.headers


# --- What must have no effect -------------------------------------------------------------------------------------
HARMLESS = {
    "forwarded-for": headed("X-Forwarded-For: 10.0.0.1, <script>, " + "1.2.3.4," * 500),
    "forwarded-for-not-ascii": headed("X-Forwarded-For: \xff\xfe"),
    "forwarded-host": headed("X-Forwarded-Host: evil.example", "X-Forwarded-Port: 99999999"),
    "forwarded-proto": headed("X-Forwarded-Proto: https"),
    "forwarded-proto-garbage": headed("X-Forwarded-Proto: gopher,https"),
    "forwarded-contradiction": headed("X-Forwarded-Proto: https", "X-Forwarded-Ssl: off"),
    "forwarded": headed('Forwarded: for="[::1";host=evil.example;proto=https'),
    "real-ip": headed("X-Real-IP: 10.0.0.1", "True-Client-IP: x", "CF-Connecting-IP: x"),
    "original-url": headed("X-Original-URL: /admin/", "X-Rewrite-URL: /admin/"),
    "script-name": headed("SCRIPT_NAME: /x"),
    "path-info": headed("PATH_INFO: /admin/"),
    "underscores": headed("X_Request_ID: abcdefgh", "Content_Length: 5", "Transfer_Encoding: chunked"),
    "method-override": headed("X-HTTP-Method-Override: DELETE", "X-Method-Override: PUT", "X-HTTP-Method: POST"),
    "httpoxy": headed("Proxy: http://evil.example"),
    "if-none-match-garbage": headed('If-None-Match: "", W/, "unclosed, \xff'),
    "if-none-match-long": headed("If-None-Match: " + '"a", ' * 1000),
    "if-modified-since-garbage": headed("If-Modified-Since: Fri, 99 Foo 999999 99:99:99 GMT"),
    "accept-html": headed("Accept: text/html"),
    "accept-garbage": headed("Accept: ;;q=nan, */json, \xff"),
    "accept-nothing": headed("Accept: application/json;q=0"),
    "accept-encoding-garbage": headed("Accept-Encoding: gzip;q=\xff, br;;, ,*;q=-1"),
    "accept-language-garbage": headed("Accept-Language: ../../etc/passwd, \xff;q=9, " + "a-" * 1000),
    "accept-xml": headed("Accept: application/xml, text/*;q=0.1"),
    "range": headed("Range: bytes=0-0"),
    "range-garbage": headed("Range: bytes=-1-,99999999999999999999-0"),
    "cookie-of-8-kb": headed("Cookie: " + "a=\xff;" * 1600),
    "cookie-garbage": headed('Cookie: ;;=;"\\0;sessionid;$Version=1; a[b]=c'),
    "broken-session": headed("Cookie: sessionid=../../etc/passwd%00"),
    "two-sessions": headed("Cookie: sessionid=a; sessionid=b", "Cookie: sessionid=c"),
    "origin-null": headed("Origin: null"),
    "origin-garbage": headed("Origin: http://["),
    "origin-elsewhere": headed("Origin: https://evil.example"),
    "referer-garbage": headed("Referer: http://[", "User-Agent: " + "a" * 8000),
    "content-type-of-nothing": headed("Content-Type: multipart/form-data"),
    "upgrade-h2c": headed("Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", "Connection: Upgrade, HTTP2-Settings"),
    "upgrade-websocket": headed("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: x"),
    "connection-garbage": headed("Connection: keep-alive, close, Host, \xff", "Keep-Alive: timeout=999999999"),
    "te-garbage": headed("TE: chunked;q=\xff", "Trailer: Host"),
    "expects-to-go-on": headed("Expect: 100-continue", "Content-Length: 0"),
    "a-body-for-a-get": headed("Content-Length: 6", "Content-Type: application/json") + b"[[[\xff\xff\xff",
    "many-slashes-behind": get("/api/settings" + "/" * 5000),
    "unread-parameters": get("/api/settings?" + "&".join(f"p{n}=%ff" for n in range(300))),
    "empty-line-first": b"\r\n" + get("/api/settings"),
}


@pytest.fixture(scope="module")
def plain(server: Server) -> Answer:
    return tell(server, get("/api/settings"))


@pytest.mark.parametrize("words", HARMLESS.values(), ids=HARMLESS)
def test_strange_headers_change_nothing(server: Server, plain: Answer, words: bytes) -> None:
    answer = tell(server, words)
    assert_guarded(answer)
    assert (answer.status, answer.body) == (200, plain.body)
    assert answer.headers["Content-Type"] == "application/json"
    assert not {"Access-Control-Allow-Origin", "Set-Cookie"} & set(answer.headers)


def test_an_encoding_refused_by_the_caller_is_not_used(server: Server) -> None:
    answer = tell(server, get("/api/probe/large", "Accept-Encoding: gzip;q=0, identity"))
    assert_guarded(answer)
    assert json.loads(answer.body)["text"]


def test_a_caller_cannot_choose_where_the_server_is_mounted(server: Server) -> None:
    for words in (get("/x/api/settings", "SCRIPT_NAME: /x"), get("/admin/api/nothing", "SCRIPT_NAME: /admin")):
        answer = tell(server, words)
        assert_guarded(answer)
        assert answer.status in {302, 400, 404}
    assert_refused(tell(server, get("/x/api/nothing", "SCRIPT_NAME: /x")), 404, "not_found")


@pytest.mark.parametrize("claim", ["X-Forwarded-Proto: https", "X-Forwarded-Ssl: on", "X-Forwarded-Protocol: ssl"])
def test_a_stranger_cannot_claim_https(server: Server, claim: str) -> None:
    """Django's CSRF check asks for a Referer under https only, which makes the belief visible."""
    token = "a" * 32
    form = f"csrfmiddlewaretoken={token}&username=&password="
    kind = ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    lines = ["POST /admin/login/ HTTP/1.1", "Host: localhost", f"Cookie: csrftoken={token}", *kind]
    assert tell(server, head(*lines) + form.encode()).status == 200
    assert tell(server, head(*lines, claim) + form.encode()).status == 200


EITHER: dict[str, tuple[bytes, set[int]]] = {
    "port-above-65535": (asking("localhost:99999999"), {200, 400}),
    "address-of-another-host": (get("http://evil.example/api/settings"), {200, 400}),
    "fragment": (get("/api/settings#a"), {200, 400, 404}),
    "encoded-slash": (get("/api%2Fsettings"), {200, 404}),
    "http-1.0-without-host": (head("GET /api/settings HTTP/1.0"), {200, 400}),
    "options-of-everything": (by("OPTIONS", "*"), {400, 404, 405}),
    "authorization-where-none-is-needed": (headed("Authorization: Bearer garbage"), {200, 401}),
    "if-match": (headed('If-Match: "a"'), {200, 412}),
    "compressed-body": (echo(gzip.compress(b'{"title": "a"}'), "Content-Encoding: gzip"), {400, 415}),
    "1500-parameters-in-latin-1": (
        get("/api/probe/pages?" + "&".join(["_="] * 1500), "Content-Type: application/json; charset=latin-1"),
        {400, 415},
    ),
    "same-parameter-twice": (get("/api/probe/pages?page=1&page=2"), {200, 400}),
    "form-without-boundary": (
        head("POST /admin/login/ HTTP/1.1", "Host: localhost", "Content-Type: multipart/form-data", "Content-Length: 2")
        + b"ab",
        {400, 403},
    ),
}


@pytest.mark.parametrize(("words", "allowed"), EITHER.values(), ids=EITHER)
def test_a_question_of_taste_is_answered_calmly(server: Server, words: bytes, allowed: set[int]) -> None:
    answer = tell(server, words)
    assert_guarded(answer)
    assert answer.status in allowed
    if answer.status >= 400 and not words.startswith(b"POST /admin"):
        assert_our_shape(answer)


# --- Who are you --------------------------------------------------------------------------------------------------
STRANGERS = {
    "nothing": "X-Nothing: a",
    "bearer-of-nothing": "Authorization: Bearer",
    "bearer-of-three": "Authorization: Bearer a b c",
    "bearer-not-ascii": "Authorization: Bearer \xff\xfe",
    "bearer-of-7-kb": "Authorization: Bearer " + "a" * 7000,
    "token-without-signature": "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoxfQ.",
    "token-of-dots": "Authorization: Bearer ...",
    "basic": "Authorization: Basic bWVlcmE6a2Fuamk=",
    "scheme-unknown": "Authorization: \x7e\x7e\x7e",
    "two-authorizations": "Authorization: Bearer a\r\nAuthorization: Bearer b",
    "session-garbage": "Cookie: sessionid=\xff%00'--",
    "session-of-7-kb": "Cookie: sessionid=" + "a" * 7000,
    "session-never-given": "Cookie: sessionid=" + "a" * 32,
    "old-message-cookie": "Cookie: messages=W1siX19qc29u; csrftoken=\xff",
}


@pytest.mark.parametrize("line", STRANGERS.values(), ids=STRANGERS)
def test_garbage_opens_no_door(server: Server, line: str) -> None:
    answer = tell(server, get("/api/probe/signed-in", line))
    assert_guarded(answer)
    assert answer.status == 401
    assert_our_shape(answer)
    assert json.loads(answer.body)["error"] in {"token_missing", "token_invalid", "token_expired"}
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


# --- Queries ------------------------------------------------------------------------------------------------------
BAD_QUERIES: dict[str, tuple[str, str]] = {
    "unknown": ("colour=red", "unknown_parameter"),
    "skip": ("skip=20", "unknown_parameter"),
    "offset": ("offset=20", "unknown_parameter"),
    "lookup": ("username__startswith=a", "unknown_parameter"),
    "array-style": ("page[]=1", "unknown_parameter"),
    "prototype": ("__proto__=1", "unknown_parameter"),
    "name-of-7-kb": ("a" * 7000 + "=1", "unknown_parameter"),
    "name-not-utf-8": ("%ff%fe=1", "unknown_parameter"),
    "300-names": ("&".join(f"p{n}=1" for n in range(300)), "unknown_parameter"),
    "2000-times-the-same": ("&".join(["_="] * 2000), "parse_error"),
    "page-0": ("page=0", "validation_error"),
    "page-minus-1": ("page=-1", "validation_error"),
    "page-1e9": ("page=1e9", "validation_error"),
    "page-1.5": ("page=1.5", "validation_error"),
    "page-a-billion": ("page=1000000000", "page_too_deep"),
    "page-above-int64": ("page=9223372036854775808", "validation_error"),
    "page-of-5000-digits": ("page=" + "9" * 5000, "validation_error"),
    "page-in-devanagari": ("page=%E0%A5%A7", "validation_error"),
    "page-empty": ("page=", "validation_error"),
    "per-page-0": ("per_page=0", "validation_error"),
    "per-page-million": ("per_page=1000000", "validation_error"),
    "limit-and-per-page-differ": ("limit=5&per_page=6", "validation_error"),
    "total-maybe": ("total=maybe", "validation_error"),
    "page-and-cursor": ("page=2&cursor=a", "validation_error"),
    "cursor-garbage": ("cursor=garbage", "invalid_cursor"),
    "cursor-not-utf-8": ("cursor=%ff:%fe", "invalid_cursor"),
    "cursor-of-colons": ("cursor=:::::", "invalid_cursor"),
    "cursor-compressed": ("cursor=.eJwDAAAAAAE:a", "invalid_cursor"),
    "cursor-of-5000": ("cursor=" + "a" * 5000, "invalid_cursor"),
    "nul-in-a-value": ("status=a%00b", "parse_error"),
    "nul-in-a-name": ("a%00b=1", "parse_error"),
}


@pytest.mark.parametrize(("query", "code"), BAD_QUERIES.values(), ids=BAD_QUERIES)
def test_a_bad_query_is_400(server: Server, query: str, code: str) -> None:
    assert_refused(tell(server, get(f"/api/probe/pages?{query}")), 400, code)


BARE = {name: BAD_QUERIES[name] for name in ("skip", "page-0", "page-a-billion", "per-page-million", "cursor-garbage")}


@pytest.mark.parametrize(("query", "code"), BARE.values(), ids=BARE)
def test_a_bare_list_refuses_the_same(server: Server, query: str, code: str) -> None:
    assert_refused(tell(server, get(f"/api/probe/bare?{query}")), 400, code)


@pytest.mark.parametrize("name", ["skip", "offset"])
def test_whoever_skips_is_told_of_pages(server: Server, name: str) -> None:
    assert "Did you mean page?" in json.loads(tell(server, get(f"/api/probe/pages?{name}=1")).body)["message"]


FOUND_NOTHING = {
    "percent-broken": "status=%zz%",
    "not-utf-8": "status=%ff%fe",
    "surrogate-in-utf-8": "status=%ed%a0%80",
    "beyond-unicode": "status=%f4%90%80%80",
    "sql": "status=%27%20OR%201=1;--%20",
    "wildcards": "status=%25_%25",
    "7-kb": "status=" + "a" * 7000,
    "ignored-names": "status=x&" + "&".join(f"x_{n}=%ff" for n in range(300)),
}


@pytest.mark.parametrize("query", FOUND_NOTHING.values(), ids=FOUND_NOTHING)
def test_a_strange_value_finds_nothing(server: Server, query: str) -> None:
    answer = tell(server, get(f"/api/probe/pages?{query}"))
    assert_guarded(answer)
    assert (answer.status, json.loads(answer.body)["results"]) == (200, [])


def test_a_cursor_is_good_for_its_own_list_only(server: Server) -> None:
    key = (server.data / "secret-key").read_text().strip()
    binding = Keyset(Sort("newest", "date_joined"), "[]")._binding()
    cursor = Signer(key=key, salt="cursor").sign_object([binding, "2999-01-01T00:00:00Z", 1])
    forged = Signer(key="another", salt="cursor").sign_object([binding, "2999-01-01T00:00:00Z", 1])
    assert tell(server, get(f"/api/probe/pages?cursor={cursor}")).status == 200
    for query in (f"{cursor}&sort=name", f"{cursor}&status=pending", f"{cursor}x", forged, cursor[4:]):
        assert_refused(tell(server, get(f"/api/probe/pages?cursor={query}")), 400, "invalid_cursor")


# --- Slowness -----------------------------------------------------------------------------------------------------
class Slow(NamedTuple):
    at_once: bytes
    dripping: bytes = b""


class Outcome(NamedTuple):
    seconds: float
    answer: Answer | None


TLS_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(11, 256)) * 2
LOGIN = head("POST /admin/login/ HTTP/1.1", "Host: localhost", "Content-Length: 50", "Cookie: csrftoken=a")
SLOW = {
    "head-one-byte-at-a-time": Slow(b"", get("/api/settings")),
    "head-that-stops": Slow(b"GET /api/settings HTTP/1.1\r\nHost: local"),
    "body-one-byte-at-a-time": Slow(framed("Content-Length: 14", body=b""), b'{"title": "a"}'),
    "body-that-never-comes": Slow(framed("Content-Length: 14", body=b"")),
    "length-longer-than-the-body": Slow(framed("Content-Length: 500")),
}
SLOW_AND_STRANGE = {"tls-hello": Slow(TLS_HELLO), "slow-form": Slow(LOGIN, b"a" * 50)}
LARGE = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"


def dawdle(server: Server, slow: Slow) -> Outcome:
    started = time.monotonic()
    answer = None
    with connect(server) as link:
        link.sendall(slow.at_once)
        for at in range(len(slow.dripping)):
            link.send(slow.dripping[at : at + 1])
            if select.select([link], [], [], 0.2)[0]:
                break
        with contextlib.suppress(HTTPException, ConnectionError):
            answer = hear(link)
    return Outcome(time.monotonic() - started, answer)


def never_read(server: Server) -> tuple[int, int]:
    """Ask for much, read nothing for a while; then how much came, and how much was asked for."""
    size, times = len(tell(server, get(LARGE)).body), 6  # more than the kernel keeps for us
    heard = 0
    with socket.socket() as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        link.settimeout(PATIENCE)
        link.connect(("127.0.0.1", server.port))
        link.sendall(get(LARGE) * times)
        time.sleep(1.5 * BODY_TIMEOUT)
        with contextlib.suppress(ConnectionError, TimeoutError):
            while heard < size * times and (piece := link.recv(MIB)):
                heard += len(piece)
    return heard, size * times


@pytest.fixture(scope="module")
def dawdlers(server: Server) -> Iterator[dict[str, Any]]:
    """All at once, and not more than one worker has threads for."""
    shapes = {**SLOW, **SLOW_AND_STRANGE}
    with ThreadPoolExecutor(len(shapes) + 1) as pool:
        unread = pool.submit(never_read, server)
        outcomes = dict(zip(shapes, pool.map(partial(dawdle, server), shapes.values()), strict=True))
        yield {**outcomes, "unread": unread.result()}


@pytest.mark.once
@pytest.mark.parametrize("name", SLOW)
def test_whoever_dawdles_is_cut_off_with_408(dawdlers: dict[str, Any], name: str) -> None:
    seconds, answer = dawdlers[name]
    assert answer, "cut off without a word"
    assert_refused(answer, 408, "request_timeout")
    assert BODY_TIMEOUT - 0.5 < seconds < BODY_TIMEOUT + AT_ONCE


@pytest.mark.once
@pytest.mark.parametrize("name", SLOW_AND_STRANGE)
def test_whoever_dawdles_in_another_language_is_let_go(dawdlers: dict[str, Any], name: str) -> None:
    seconds, answer = dawdlers[name]
    assert seconds < BODY_TIMEOUT + AT_ONCE
    if answer:
        assert_guarded(answer)
        assert answer.status in {400, 403, 408}


@pytest.mark.once
def test_whoever_never_reads_does_not_hold_a_thread_for_ever(dawdlers: dict[str, Any]) -> None:
    heard, asked = dawdlers["unread"]
    assert heard < asked


def test_whoever_never_hangs_up_delays_nobody(server: Server) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            link = stack.enter_context(connect(server))
            link.sendall(get("/livez", "Connection: close"))
            assert hear(link).status == 200
        for _ in range(4):
            assert seconds_for(server, "/livez") < AT_ONCE


def seconds_for(server: Server, path: str) -> float:
    started = time.monotonic()
    assert tell(server, get(path)).status == 200
    return time.monotonic() - started


# --- Crashes, and what the log may hold ---------------------------------------------------------------------------
def test_a_crash_is_told_without_its_reason(server: Server) -> None:
    answer = tell(server, get("/api/probe/crash"))
    assert answer.status == 500
    assert_headers(answer)
    assert_our_shape(answer, "server_error")
    assert not re.search(rb"hunter2|RuntimeError|nobody may read", answer.body)


def test_a_lost_database_is_503_and_names_no_host(server: Server) -> None:
    answer = tell(server, get("/api/probe/away"))
    assert answer.status == 503
    assert_headers(answer)
    assert_our_shape(answer, "database_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert b"10.0.0.1" not in answer.body


SECRET = "kingfisher"
WHISPERED = {
    "query": get(f"/api/probe/pages?status={SECRET}"),
    "query-of-a-crash": get(f"/api/probe/crash?status={SECRET}"),
    "query-behind-a-bad-method": head(f"get /api/settings?status={SECRET} HTTP/1.1", "Host: localhost"),
    "query-with-a-raw-byte": get(f"/api/settings?status={SECRET}\xff"),
    "query-too-long": get(f"/api/settings?status={SECRET}" + "a" * 9000),
    "header-without-colon": headed(f"X-Note {SECRET}"),
    "header-with-nul": headed(f"X-Note: {SECRET}\0"),
    "bearer": get("/api/probe/signed-in", f"Authorization: Bearer {SECRET}"),
    "cookie": headed(f"Cookie: sessionid={SECRET}"),
    "field-name": echo(b'{"title": "a", "%s": 1}' % SECRET.encode()),
    "broken-body": echo(b'{"password": "%s", ' % SECRET.encode()),
    "wrong-value": echo(b'{"title": {"password": "%s"}}' % SECRET.encode()),
}


@pytest.mark.parametrize("words", WHISPERED.values(), ids=WHISPERED)
def test_what_people_send_does_not_end_up_in_the_log(server: Server, words: bytes) -> None:
    already = len(server.log)
    tell(server, words)
    assert SECRET not in server.log[already:]


def test_an_address_cannot_write_lines_or_escapes_into_the_log(server: Server) -> None:
    already = len(server.log)
    tell(server, get("/api/%0d%0aforged"))
    tell(server, get("/api/%1b[2J%00%07%7f"))
    written = server.log[already:]
    assert not re.search(r"^forged", written, re.MULTILINE)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", written)


# --- After all of it ----------------------------------------------------------------------------------------------
def test_the_server_still_answers_at_once(server: Server) -> None:
    for path in ("/livez", "/health", "/api/settings") * 3:
        assert seconds_for(server, path) < AT_ONCE


def test_no_worker_was_replaced(server: Server) -> None:
    assert server.log.count("Booting worker") == 2


def test_the_log_holds_no_crash_but_the_two_ordered_ones(server: Server) -> None:
    ordered = ("RuntimeError: password=", "OperationalError: connection to server at 10.0.0.1")
    crashes = server.log.split("Traceback (most recent call last)")[1:]
    assert not [crash[-1500:] for crash in crashes if not any(reason in crash for reason in ordered)]


def test_the_log_holds_no_password(server: Server) -> None:
    assert "hunter2" not in server.log
