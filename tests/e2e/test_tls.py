"""TLS: what a client sees is what a real PostgreSQL with the same certificate shows it."""

import ssl
import struct
import subprocess
import threading

import psycopg
import pytest
from program import SLOW, Pond, wait_for
from tls_peers import (
    GSS_REQUEST,
    LOGIN_SECONDS,
    SSL_REQUEST,
    Gone,
    PondPeer,
    PostgresPeer,
    Refused,
    make_certificate,
)

from server import PASSWORD


@pytest.fixture(scope="module")
def pond_peer(tmp_path_factory):
    pond = Pond(tmp_path_factory.mktemp("tls"))
    peer = PondPeer(pond)
    yield peer
    peer.close()
    pond.cleanup()


@pytest.fixture(scope="module")
def postgres_peer(pond_peer, tmp_path_factory):
    with PostgresPeer(tmp_path_factory.mktemp("tls_postgres"), pond_peer.root) as peer:
        yield peer


@pytest.fixture(params=["pond", "postgres"])
def peer(request):
    """The tests of this fixture pass against both servers."""
    return request.getfixturevalue(f"{request.param}_peer")


@pytest.fixture(scope="module")
def other_root(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("other"), "other")[0]


# ---- drivers ----


@pytest.mark.parametrize(
    "options, encrypted",
    [
        ({"sslmode": "disable"}, False),
        ({"sslmode": "allow"}, False),
        ({"sslmode": "prefer"}, True),
        ({"sslmode": "require"}, True),
        ({"sslmode": "verify-ca"}, True),
        ({"sslmode": "verify-full"}, True),
        ({"sslmode": "verify-full", "host": "localhost", "hostaddr": "127.0.0.1"}, True),
        ({"sslmode": "prefer", "channel_binding": "disable"}, True),
        ({"sslmode": "prefer", "channel_binding": "require"}, True),
        ({"sslmode": "require", "ssl_max_protocol_version": "TLSv1.2", "channel_binding": "require"}, True),
    ],
    ids=str,
)
def test_a_driver_is_encrypted_as_it_asks(peer, options, encrypted):
    options = {"sslrootcert": str(peer.root), **options} if options["sslmode"].startswith("verify") else options
    with peer.connect(**options) as c:
        assert c.execute("select 42").fetchone() == (42,)
        assert c.pgconn.ssl_in_use == encrypted


@pytest.mark.parametrize(
    "options, words",
    [
        ({"sslmode": "verify-ca"}, "certificate verify failed"),
        ({"sslmode": "verify-full"}, "certificate verify failed"),
        ({"sslmode": "verify-full", "host": "wrong.example", "hostaddr": "127.0.0.1", "own": True}, "does not match host"),
        ({"sslmode": "disable", "channel_binding": "require"}, "channel binding"),
        ({"sslmode": "require", "password": "wrong"}, 'password authentication failed for user "me"'),
    ],
    ids=str,
)
def test_a_driver_is_refused(peer, other_root, options, words):
    options = dict(options)
    root = peer.root if options.pop("own", False) else other_root
    with pytest.raises(psycopg.OperationalError, match=words):
        peer.connect(**({"sslrootcert": str(root)} if options["sslmode"].startswith("verify") else {}), **options)


@pytest.mark.parametrize("bound", ["require", "prefer", "disable"])
def test_psql(peer, bound):
    quoted = "'" + PASSWORD.replace("'", r"\'") + "'"
    text = f"host=127.0.0.1 port={peer.port} user=me password={quoted} dbname={peer.database} channel_binding={bound}"
    done = subprocess.run(
        ["psql", "-X", "-At", f"{text} sslmode=verify-full sslrootcert={peer.root}", "-c", r"\conninfo", "-c", "select 7"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "SSL connection (protocol: TLSv1.3, cipher: TLS_AES_256_GCM_SHA384" in done.stdout
    assert done.stdout.endswith("7\n")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_older_tls_is_refused(peer):
    old = {"minimum_version": ssl.TLSVersion.TLSv1, "maximum_version": ssl.TLSVersion.TLSv1_1}
    with peer.raw() as c:
        assert c.ask(SSL_REQUEST) == b"S"
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
            c.secure(ciphers="ALL:@SECLEVEL=0", **old)


# ---- start-up, byte by byte ----


def test_gss_first_then_tls(pond_peer):
    """Debian's PostgreSQL can speak GSSAPI, so it is alone here."""
    with pond_peer.raw() as c:
        assert c.ask(GSS_REQUEST) == b"N"
        assert c.ask(SSL_REQUEST) == b"S"
        c.secure().start()
        assert c.mechanisms() == ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]


def test_no_binding_is_offered_in_clear(peer):
    with peer.raw() as c:
        assert c.start().mechanisms() == ["SCRAM-SHA-256"]


REFUSED_WISH = r"FATAL.*0A000.*unsupported frontend protocol 1234\.56(79|80): server supports 3\.0 to 3\."


@pytest.mark.parametrize("request_", [SSL_REQUEST, GSS_REQUEST], ids=["tls", "gss"])
def test_encryption_inside_of_encryption_is_no_protocol(peer, request_):
    with peer.raw() as c:
        assert c.ask(SSL_REQUEST) == b"S"
        c.secure().send(request_)
        with pytest.raises(Refused, match=REFUSED_WISH):
            c.message()


def test_a_second_wish_is_no_protocol(pond_peer):
    with pond_peer.raw() as c:
        assert c.ask(GSS_REQUEST) == b"N"
        c.send(GSS_REQUEST)
        with pytest.raises(Refused, match=REFUSED_WISH):
            c.message()


@pytest.mark.parametrize("injected", [b"X", SSL_REQUEST, b"\0\0\0\x1d\0\3\0\0user\0me\0database\0me\0\0"], ids=len)
def test_what_came_in_clear_does_not_count_as_encrypted(peer, injected):
    """CVE-2021-23214: somebody between puts text of his own behind the request."""
    with peer.raw() as c:
        assert c.ask(SSL_REQUEST + injected) == b"S"
        c.secure().start()
        with pytest.raises(Refused, match="FATAL.*08P01.*received unencrypted data after SSL request"):
            c.message()
        with pytest.raises(Gone):
            c.read(1)


@pytest.mark.parametrize("text", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b"\0\0\0\x08\0\3\0\0" * 9])
def test_a_handshake_that_is_none(peer, text):
    with peer.raw() as c:
        assert c.ask(SSL_REQUEST) == b"S"
        c.send(text)
        with pytest.raises(Gone):
            c.read(100)
    assert peer.connect().execute("select 1").fetchone() == (1,)


def test_a_client_that_hangs_up_in_the_handshake(peer):
    for sent in (b"", b"\x16\x03\x01\x02\x00\x01\x00"):
        with peer.raw() as c:
            assert c.ask(SSL_REQUEST) == b"S"
            c.send(sent)
    assert peer.connect().execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize("stage", ["nothing", "half a packet", "asked", "half a handshake", "encrypted", "scram"])
def test_a_client_that_stops_is_left(peer, stage):
    """The time to log in is one, from the first byte to the last."""
    with peer.raw() as c:
        if stage == "half a packet":
            c.send(b"\0\0\0")
        elif stage == "half a handshake":
            assert c.ask(SSL_REQUEST) == b"S"
            c.send(b"\x16\x03\x01\x02\x00\x01\x00")
        elif stage == "asked":
            assert c.ask(SSL_REQUEST) == b"S"
        elif stage in ("encrypted", "scram"):
            assert c.ask(SSL_REQUEST) == b"S"
            c.secure()
            if stage == "scram":
                c.start().mechanisms()
        c.socket.settimeout(LOGIN_SECONDS + 20 * SLOW)
        with pytest.raises(Gone):
            c.read(1)


SLOW_QUERY = {
    "pond": "select count(*) from range(100000000000) t(a), range(1000) u(b)",
    "postgres": "select pg_sleep(300)",
}


@pytest.mark.parametrize("how", ["cancel", "cancel_safe"])
def test_cancel(peer, how):
    """libpq's old call cancels in clear whatever the session is, the new one as the session is encrypted."""
    with peer.connect(sslmode="verify-full", sslrootcert=str(peer.root)) as c:
        running = in_background(lambda: c.execute(SLOW_QUERY[peer.name]))
        wait_for(lambda: getattr(c, how)() or running.ended(), "it is canceled")
        assert isinstance(running.raised, psycopg.errors.QueryCanceled)
        assert c.execute("select 1").fetchone() == (1,)


def test_cancel_with_a_long_key(pond_peer):
    """Of protocol 3.2, which PostgreSQL 15 does not know; the request is encrypted too."""
    with pond_peer.raw() as c:
        assert c.ask(SSL_REQUEST) == b"S"
        number, key = c.secure().log_in(minor=2)
        assert len(key) == 32
        c.query(SLOW_QUERY["pond"]).socket.settimeout(0.05)
        for _ in range(1000):
            with pond_peer.raw() as other:
                assert other.ask(SSL_REQUEST) == b"S"
                other.secure().send(struct.pack("!iii", 12 + len(key), 80877102, number) + key)
                with pytest.raises(Gone):
                    other.read(1)
            try:
                c.message()
            except TimeoutError:
                continue
            except Refused as refused:
                assert refused.fields["C"] == "57014"
                break
        c.socket.settimeout(30 * SLOW)
        assert c.message() == (b"Z", b"I")


class in_background(threading.Thread):
    """Work on a thread of its own, and what it raised."""

    def __init__(self, work):
        super().__init__()
        self.work, self.raised = work, None
        self.start()

    def run(self):
        try:
            self.work()
        except BaseException as error:
            self.raised = error

    def ended(self) -> bool:
        return not self.is_alive()


# ---- SCRAM ----


def scram(peer, encrypted: bool):
    c = peer.raw()
    if encrypted:
        assert c.ask(SSL_REQUEST) == b"S"
        c.secure()
    c.start().mechanisms()
    return c


BOUND = "p=tls-server-end-point,,"
PLUS, PLAIN = "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"


@pytest.mark.parametrize(
    "encrypted, mechanism, header", [(False, PLAIN, "n,,"), (False, PLAIN, "y,,"), (True, PLAIN, "n,,"), (True, PLUS, BOUND)]
)
def test_scram_as_it_should_be(peer, encrypted, mechanism, header):
    with scram(peer, encrypted) as c:
        c.first(mechanism, header)
        c.last(c.end_point() if mechanism == PLUS else b"")


MALFORMED = "FATAL.*08P01.*malformed SCRAM message"


@pytest.mark.parametrize(
    "encrypted, mechanism, header, said",
    [
        (True, PLAIN, "y,,", "FATAL.*28000.*SCRAM channel binding negotiation error"),
        (True, PLUS, "y,,", MALFORMED),
        (True, PLUS, "n,,", MALFORMED),
        (True, PLAIN, BOUND, MALFORMED),
        (True, PLUS, "p=tls-unique,,", 'FATAL.*08P01.*unsupported SCRAM channel-binding type "tls-unique"'),
        (True, PLUS, "p=,,", "FATAL.*08P01.*unsupported SCRAM channel-binding type"),
        (True, PLUS, "x,,", MALFORMED),
        (True, PLUS, "", MALFORMED),
        (True, PLUS, "p=tls-server-end-point,a=you,", "FATAL.*0A000.*client uses authorization identity"),
        (True, PLUS, "p=tls-server-end-point,x,", MALFORMED),
        (True, PLUS, "p=tls-server-end-point,,m=x,", "FATAL.*0A000.*client requires an unsupported SCRAM extension"),
        (True, "SCRAM-SHA-1", "n,,", "FATAL.*08P01.*client selected an invalid SASL authentication mechanism"),
        (False, PLUS, BOUND, "FATAL.*08P01.*client selected an invalid SASL authentication mechanism"),
        (False, PLAIN, BOUND, MALFORMED),
    ],
)
def test_a_first_message_that_is_refused(peer, encrypted, mechanism, header, said):
    with scram(peer, encrypted) as c:
        with pytest.raises(Refused, match=said):
            c.first(mechanism, header)
        with pytest.raises(Gone):
            c.read(1)


@pytest.mark.parametrize("nonce, said", [("a\x01b", "FATAL.*08P01.*non-printable characters in SCRAM nonce")])
def test_a_nonce_that_is_refused(peer, nonce, said):
    with scram(peer, True) as c, pytest.raises(Refused, match=said):
        c.first(PLAIN, "n,,", nonce=nonce)


@pytest.mark.parametrize(
    "mechanism, header, last, said",
    [
        (PLUS, BOUND, {"binding": b"\0" * 32}, "FATAL.*28000.*SCRAM channel binding check failed"),
        (PLUS, BOUND, {"binding": b""}, "FATAL.*28000.*SCRAM channel binding check failed"),
        (PLAIN, "n,,", {"header": "y,,"}, "FATAL.*08P01.*unexpected SCRAM channel-binding attribute"),
        (PLAIN, "n,,", {"binding": b"x"}, "FATAL.*08P01.*unexpected SCRAM channel-binding attribute"),
        (PLAIN, "n,,", {"nonce": "another"}, "FATAL.*08P01.*invalid SCRAM response"),
        (PLAIN, "n,,", {"password": "wrong"}, 'FATAL.*28P01.*password authentication failed for user "me"'),
    ],
)
def test_a_last_message_that_is_refused(peer, mechanism, header, last, said):
    with scram(peer, True) as c:
        c.first(mechanism, header)
        with pytest.raises(Refused, match=said):
            c.last(**last)


@pytest.mark.parametrize("text", ["", "c=", "r=x", "c=biws,r={r}", "c=biws,r={r},p=", "c=biws,r={r},p=AAAA", "c=biws,r={r},p=!"])
def test_a_last_message_that_is_none(peer, text):
    with scram(peer, True) as c:
        nonce = c.first(PLAIN, "n,,").split(",")[0][2:]
        with pytest.raises(Refused, match="FATAL.*08P01.*(malformed SCRAM message|unexpected SCRAM channel-binding)"):
            c.send_last(text.format(r=nonce))


# ---- passwords beyond ASCII ----

# password -> the form of it that counts
FORMS = {
    "pa\u00df\u00e9": "pa\u00df\u00e9",
    "cafe\u0301": "caf\u00e9",
    "\u212bngstro\u0308m": "\u00c5ngstr\u00f6m",
    "I\u00adX": "IX",
    "\u2168 \ufb01\uff21": "IX fiA",
    "a\u00a0b\u3000c\u200bd": "a b c d",
    "\uac00\u11a8\u1112\u1161\u11ab": "\uac01\ud55c",
    "\u0627\u0031": "\u0627\u0031",
    "\ufdfa": "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064a\u0647 \u0648\u0633\u0644\u0645",
    "a\u0340": "a\u0340",
    "\U0001f100\u00e9": "\U0001f100\u00e9",
    "\u00e9\x07": "\u00e9\x07",
    "a\u0300\u0327\u0323": "\u1ea1\u0327\u0300",
    "\U0002f868\u2adc": "\u36fc\u2add\u0338",
    "\U0001f600 emoji": "\U0001f600 emoji",
}


@pytest.fixture(scope="module")
def prepared_user(pond_peer, postgres_peer):
    for each in (pond_peer, postgres_peer):
        each.add_user("prepared")
    return "prepared"


@pytest.mark.parametrize("password", FORMS, ids=ascii)
def test_a_password_has_the_form_that_postgresql_gives_it(peer, prepared_user, password):
    peer.set_password(prepared_user, password)
    peer.connect(user=prepared_user, password=password).close()
    for sent in {password, FORMS[password]}:
        with peer.raw() as c:
            c.start(user=prepared_user).mechanisms()
            c.first(PLAIN, "n,,")
            if sent == FORMS[password]:
                c.last(password=sent)
            else:
                with pytest.raises(Refused, match="28P01"):
                    c.last(password=sent)
