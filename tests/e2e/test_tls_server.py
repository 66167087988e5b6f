"""The server's side of TLS: its settings, certificates, what is sent over it, and what it costs."""

import shutil
import ssl
import subprocess

import psycopg
import pytest
from program import SLOW, Pond, wait_for
from tls_peers import SSL_REQUEST, Gone, PondPeer, Refused, make_certificate

from server import PASSWORD, PROJECT, Server


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    pond = Pond(tmp_path_factory.mktemp("tls"))
    under_test = PondPeer(pond)
    yield under_test
    under_test.close()
    pond.cleanup()


@pytest.fixture
def start(pond):
    """A server with settings of its own."""
    running = []

    def started(listen: str = "") -> PondPeer:
        running.append(PondPeer(pond, listen))
        return running[-1]

    yield started
    for peer in running:
        peer.server.down()
        assert "Sanitizer" not in peer.server.running.err, peer.server.running.err[-6000:]


def subject(peer) -> str:
    """Of the certificate that a new client is shown."""
    with peer.raw() as c:
        assert c.ask(SSL_REQUEST) == b"S"
        shown = c.secure(check_hostname=False, verify_mode=ssl.CERT_NONE).socket.getpeercert(binary_form=True)
    done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-subject"], input=shown, capture_output=True)
    return done.stdout.decode().strip().removeprefix("subject=CN = ")


# ---- settings ----


def test_off(start, pond):
    peer = start(", tls: off")
    assert not (pond.folder / ".pond" / "tls").exists()
    with peer.connect(sslmode="prefer") as c:
        assert not c.pgconn.ssl_in_use
    with pytest.raises(psycopg.OperationalError, match="server does not support SSL"):
        peer.connect(sslmode="require")
    with pytest.raises(psycopg.OperationalError):
        peer.connect(sslmode="require", sslnegotiation="direct")
    with peer.raw() as c:
        assert c.ask(SSL_REQUEST) == b"N"
        assert c.start().mechanisms() == ["SCRAM-SHA-256"]
    with peer.raw() as c:
        assert c.ask(SSL_REQUEST + b"\0") == b"N"
        with pytest.raises(Refused, match="08P01.*received unencrypted data after SSL request"):
            c.message()


def test_required(start, pond):
    peer = start(", tls: required")
    with pytest.raises(psycopg.OperationalError, match="encrypted connections only\nHINT:  sslmode=require"):
        peer.connect(sslmode="disable")
    with peer.raw() as c:
        c.start()
        with pytest.raises(Refused, match="FATAL.*28000.*encrypted connections only"):
            c.message()
    with peer.connect(sslmode="allow") as c:
        assert c.pgconn.ssl_in_use
    # Nobody is between the two ends of a Unix socket.
    socket_folder = pond.folder / ".pond" / "run"
    with psycopg.connect(host=str(socket_folder), port=peer.port, user="me", dbname="warehouse") as c:
        assert not c.pgconn.ssl_in_use and c.execute("select 1").fetchone() == (1,)
    with peer.raw(socket_folder / f".s.PGSQL.{peer.port}") as c:
        assert c.ask(SSL_REQUEST) == b"N"
        assert c.start().message() == (b"R", b"\0\0\0\0")
    assert peer.server.status()["tls"] == "required"
    assert f"listens    127.0.0.1:{peer.port}, TLS required\n" in pond.run("status").ok().out
    assert pond.run("sql", "select 6 * 7 as a", "--format", "json").ok().out.count("42") == 1


@pytest.mark.parametrize(
    "listen, words",
    [
        (", tls: maybe", ["pond.listen.tls", '"maybe"', "auto, off, required"]),
        (", tls_cert: a.crt", ["pond.listen.tls_cert is set, but not pond.listen.tls_key"]),
        (", tls_key: a.key", ["pond.listen.tls_key is set, but not pond.listen.tls_cert"]),
        (", tls_cert: none.crt, tls_key: a.key", ["pond.listen.tls", "none.crt", "No such file"]),
        (", tls_cert: a.crt, tls_key: none.key", ["pond.listen.tls", "none.key", "No such file"]),
        (", tls_cert: pond.yml, tls_key: a.key", ["TLS certificate", "pond.yml", "BEGIN CERTIFICATE"]),
        (", tls_cert: a.crt, tls_key: pond.yml", ["pond.yml", "chmod 600"]),
        (", tls_cert: a.crt, tls_key: b.key", ["a.crt", "b.key", "mismatch", "made for each other"]),
        (", tls_cert: a.crt, tls_key: locked.key", ["locked.key", "pass phrase"]),
    ],
    ids=str,
)
def test_settings_that_are_wrong(pond, listen, words):
    Server(pond)
    file = pond.folder / "pond.yml"
    file.write_text(PROJECT.replace("127.0.0.1:0}", f"127.0.0.1:0{listen}}}"))
    for name in ("a", "b"):
        make_certificate(pond.folder, name)
    locked = pond.folder / "locked.key"
    shutil.copy(pond.folder / "a.key", locked)
    command = ["openssl", "ec", "-aes256", "-passout", "pass:secret", "-in", pond.folder / "a.key", "-out", locked]
    subprocess.run(command, check=True, capture_output=True)
    locked.chmod(0o600)
    pond.run("up").failed(*words, code=1)


# ---- certificates ----


def test_its_own_certificate(start, pond):
    peer = start()
    folder = pond.folder / ".pond" / "tls"
    text = subprocess.run(
        ["openssl", "x509", "-noout", "-text", "-in", peer.root], capture_output=True, text=True, check=True
    ).stdout
    for words in ("DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1", "prime256v1", "CA:FALSE"):
        assert words in text
    assert (folder / "server.key").stat().st_mode & 0o777 == 0o600
    ten_years = ["openssl", "x509", "-noout", "-in", peer.root, "-checkend"]
    assert subprocess.run([*ten_years, str(3649 * 86400)]).returncode == 0
    assert subprocess.run([*ten_years, str(3651 * 86400)]).returncode == 1
    # It stays, because clients have taken it for the right one.
    before = [(folder / name).read_bytes() for name in ("server.crt", "server.key")]
    peer.again()
    assert [(folder / name).read_bytes() for name in ("server.crt", "server.key")] == before
    # The half of one is of no use.
    (folder / "server.key").unlink()
    peer.again()
    assert (folder / "server.crt").read_bytes() != before[0]
    peer.connect(sslmode="verify-full", sslrootcert=str(peer.root)).close()


KINDS = {
    "ecdsa-sha384": ["-sha384"],
    "ecdsa-sha512": ["-sha512"],
    "ecdsa-sha1": ["-sha1"],
    "rsa": ["-sha256"],
    "rsa-pss-sha384": ["-sha384", "-sigopt", "rsa_padding_mode:pss"],
    "ed25519": [],
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_of_the_project(start, pond, kind):
    """tls-server-end-point is a hash that depends on how the certificate was signed."""
    key = {"rsa": "rsa:2048", "ed25": "ed25519"}.get(kind[: 3 if kind.startswith("rsa") else 4], "ec:P-256")
    folder = pond.folder / "secret"
    folder.mkdir()
    root, _ = make_certificate(folder, kind, *KINDS[kind], key=key)
    peer = start(f", tls_cert: secret/{kind}.crt, tls_key: secret/{kind}.key")
    options = {"sslmode": "require" if kind.endswith("sha1") else "verify-full", "sslrootcert": str(root)}
    if options["sslmode"] == "require":
        del options["sslrootcert"]
    if kind == "ed25519":
        # The RFC says nothing of it: not offered, and a client that insists goes without.
        with pytest.raises(psycopg.OperationalError, match="channel binding"):
            peer.connect(channel_binding="require", **options)
        peer.connect(channel_binding="prefer", **options).close()
    else:
        peer.connect(channel_binding="require", **options).close()
    assert subject(peer) == kind


def test_another_certificate_while_it_serves(start, pond):
    for name in ("old", "new", "odd"):
        make_certificate(pond.folder, name)

    def put(certificate: str, key: str):
        for source, target in ((f"{certificate}.crt", "now.crt"), (f"{key}.key", "now.key")):
            shutil.copy(pond.folder / source, pond.folder / f"{target}.part")
            (pond.folder / f"{target}.part").rename(pond.folder / target)

    put("old", "old")
    peer = start(", tls_cert: now.crt, tls_key: now.key")
    with peer.connect(sslmode="require") as c:
        assert subject(peer) == "old"
        put("new", "new")
        assert subject(peer) == "new"
        assert c.execute("select 1").fetchone() == (1,)
        # What does not fit together is no use; the last that did goes on.
        put("odd", "new")
        assert subject(peer) == "new"
        assert subject(peer) == "new"
        assert peer.server.running.err.count("server.certificate") == 1, peer.server.running.err
        # Also in an engine that is started again.
        engine = peer.server.status()["engine"]
        subprocess.run(["kill", "-9", str(engine)], check=True)
        wait_for(lambda: peer.server.status()["engine"] not in (None, engine), "another engine", 30)
    assert subject(peer) == "old"  # of the supervisor, which has read no other
    put("odd", "odd")
    assert subject(peer) == "odd"


# ---- direct TLS ----


def test_direct(peer):
    with peer.connect(sslmode="verify-full", sslrootcert=str(peer.root), sslnegotiation="direct") as c:
        assert c.pgconn.ssl_in_use and c.execute("select 1").fetchone() == (1,)
    with peer.raw() as c:
        c.secure(alpn="postgresql").start()
        assert c.mechanisms() == ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]


def test_direct_without_its_protocol(peer):
    with peer.raw() as c:
        c.secure().start()
        with pytest.raises(Gone):
            c.message()
    with peer.raw() as c, pytest.raises(ssl.SSLError, match="no application protocol"):
        c.secure(alpn="http/1.1")
    wait_for(lambda: "direct TLS without ALPN" in peer.server.running.err, "it is logged")


@pytest.mark.parametrize("request_", [SSL_REQUEST, b"\0\0\0\x08\x04\xd2\x16\x30"], ids=["tls", "gss"])
def test_direct_and_then_a_wish(peer, request_):
    with peer.raw() as c:
        c.secure(alpn="postgresql").send(request_)
        with pytest.raises(Refused, match="0A000.*unsupported frontend protocol 1234"):
            c.message()


# ---- what is sent over it ----


@pytest.fixture(params=["TLSv1.2", "TLSv1.3"])
def c(peer, request):
    options = {"ssl_min_protocol_version": request.param, "ssl_max_protocol_version": request.param}
    with peer.connect(sslmode="require", **options) as connection:
        yield connection


def test_large_messages_both_ways(c):
    text = "".join(chr(33 + i % 90) for i in range(5_000_000))
    assert c.execute("select %s || 'x'", [text]).fetchone() == (text + "x",)
    rows = c.execute("select a, repeat('y', 1000) from range(20000) t(a)").fetchall()
    assert len(rows) == 20000 and rows[-1] == (19999, "y" * 1000)


def test_copy_both_ways(c):
    c.execute("create or replace table copied (a integer, b varchar)")
    lines = [f"{i}\tvalue {i}\n" for i in range(100_000)]
    with c.cursor().copy("copy copied from stdin") as copy:
        for i in range(0, len(lines), 1000):
            copy.write("".join(lines[i : i + 1000]))
    with c.cursor().copy("copy (from copied order by a) to stdout") as copy:
        assert b"".join(copy).decode() == "".join(lines)


def test_pipeline(c):
    with c.pipeline():
        cursors = [c.execute("select %s::int + 1", [i]) for i in range(500)]
    assert [cursor.fetchone()[0] for cursor in cursors] == [i + 1 for i in range(500)]


def test_an_error_and_a_notice(c):
    with pytest.raises(psycopg.errors.UndefinedTable):
        c.execute("select * from nowhere")
    assert c.execute("select 1").fetchone() == (1,)


def test_byte_by_byte(peer):
    """Records that come in pieces."""
    with peer.raw() as c:
        assert c.ask(SSL_REQUEST) == b"S"
        plain = c.socket
        context = ssl.create_default_context(cafile=peer.root)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")

        def pump(work):
            while True:
                try:
                    return work()
                except ssl.SSLWantReadError:
                    for byte in outgoing.read():
                        plain.sendall(bytes([byte]))
                    incoming.write(plain.recv(7))

        pump(tls.do_handshake)
        body = b"\0\3\0\0user\0me\0\0"
        tls.write((len(body) + 4).to_bytes(4, "big") + body)
        assert pump(lambda: tls.read(5))[:1] == b"R"


def test_a_client_that_does_not_read(peer):
    """It is interrupted while the server waits for it to take what it has asked for, and blocks nobody."""
    with peer.raw() as c:
        assert c.ask(SSL_REQUEST) == b"S"
        c.secure().start()
        c.mechanisms()
        c.first("SCRAM-SHA-256", "n,,")
        c.last()
        query = b"select repeat('x', 1000) from range(10000000)\0"
        c.send(b"Q" + (len(query) + 4).to_bytes(4, "big") + query)
        c.read(100_000)
        with peer.connect(sslmode="require") as other:
            assert other.execute("select 1").fetchone() == (1,)
    with peer.connect() as other:
        assert other.execute("select 1").fetchone() == (1,)


def test_the_server_stops(start):
    peer = start()
    with peer.connect(sslmode="require") as c:
        peer.again()
        with pytest.raises(psycopg.errors.AdminShutdown):
            c.execute("select 1")


def test_too_many_are_told_so_encrypted(peer):
    sessions = []
    try:
        with pytest.raises(psycopg.OperationalError, match="too many|no room|sessions"):
            for _ in range(30):
                sessions.append(peer.connect(sslmode="verify-full", sslrootcert=str(peer.root)))
    finally:
        for session in sessions:
            session.close()
    wait_for(lambda: peer.connect().execute("select 1").fetchone() == (1,), "there is room again")


def test_an_idle_session_is_small(start):
    """What TLS adds is some 25 KB: no buffers while nothing comes."""
    peer = start()
    count = 20
    with peer.connect(sslmode="disable") as c:
        c.execute("select repeat('x', 1000) from range(1000)").fetchall()
        before = peer.server.status()["engine_bytes"]
        sessions = [peer.connect(sslmode="require") for _ in range(count - 2)]
        for session in sessions:
            session.execute("select 1")
        grown = peer.server.status()["engine_bytes"] - before
        for session in sessions:
            session.close()
    assert grown < count * 400_000 * SLOW, grown


def test_a_password_is_nowhere(peer):
    assert PASSWORD not in peer.server.running.err + peer.server.running.out
