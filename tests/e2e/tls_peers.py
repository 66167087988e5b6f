"""Two servers with one certificate: pond, and a real PostgreSQL beside it; and a client that says what no driver would."""

import base64
import hashlib
import hmac
import os
import shutil
import socket
import ssl
import struct
import subprocess
from pathlib import Path

import psycopg
import psycopg.sql
from program import SLOW, Pond, wait_for
from services import Postgres

from server import PASSWORD, Server

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
GSS_REQUEST = struct.pack("!ii", 8, 80877104)
LOGIN_SECONDS = 2 * SLOW


class Peer:
    """A server that is spoken to: host 127.0.0.1, user me, PASSWORD."""

    name: str
    port: int
    root: Path  # the certificate

    def connect(self, **options) -> psycopg.Connection:
        options = {"host": "127.0.0.1", "user": "me", "password": PASSWORD, "autocommit": True, **options}
        return psycopg.connect(port=self.port, dbname=self.database, **options)

    def raw(self, path: Path | None = None) -> "Raw":
        """path: of a Unix socket."""
        return Raw(self, path)


class PondPeer(Peer):
    name, database = "pond", "warehouse"

    def __init__(self, pond: Pond, listen: str = ""):
        settings = f"  limits: {{login_timeout: {LOGIN_SECONDS}s, sessions: 20}}\n"
        self.server = Server(pond, settings)
        file = pond.folder / "pond.yml"
        file.write_text(file.read_text().replace("127.0.0.1:0}", f"127.0.0.1:0{listen}}}"))
        self.server.up()
        self.port = self.server.port
        self.pond = pond
        self.root = pond.folder / ".pond" / "tls" / "server.crt"

    def set_password(self, user: str, password: str) -> None:
        self.pond.run("user", "password", user, "--password-stdin", stdin=[password]).ok()

    def add_user(self, user: str) -> None:
        self.pond.run("user", "add", user, "--role", "admin", "--password-stdin", stdin=["none yet"]).ok()

    def again(self) -> None:
        """Down, and up: on another port."""
        self.server.down()
        self.server.running = self.pond.start("up")
        wait_for(lambda: "ready" in self.server.running.out, "it listens again", 30)
        self.port = self.server.port

    def alive(self) -> bool:
        return self.server.status()["restarts"] == 0

    def close(self) -> None:
        assert self.alive(), self.server.running.said()
        self.server.down()
        assert "Sanitizer" not in self.server.running.err, self.server.running.err[-6000:]


class PostgresPeer(Peer, Postgres):
    name, database = "postgres", "postgres"
    place = "postgres-tls"  # not the folder of the server that taps read from

    def __init__(self, folder: Path, certificate: Path):
        super().__init__(folder)
        self.source = certificate
        self.root = certificate

    def command(self, data: Path) -> list:
        files = [data / "server.crt", data / "server.key", data / "pg_hba.conf"]
        for file in files[:2]:
            shutil.copy(self.source.with_name(file.name), file)
        rules = ["local all all trust", "host all postgres 127.0.0.1/32 trust", "host all all 127.0.0.1/32 scram-sha-256"]
        files[2].write_text("\n".join(rules) + "\n")
        for file in files:
            file.chmod(0o600)
            if os.getuid() == 0:
                shutil.chown(file, self.user, self.user)
        return [*super().command(data), "-c", "ssl=on", "-c", f"authentication_timeout={LOGIN_SECONDS}s"]

    def set_password(self, user: str, password: str) -> None:
        with psycopg.connect(**self.connection, autocommit=True) as c:
            c.execute(psycopg.sql.SQL("alter role {} password {}").format(psycopg.sql.Identifier(user), password))

    def add_user(self, user: str) -> None:
        self.sql(f"create role {user} login")

    def __enter__(self):
        super().__enter__()
        quoted = PASSWORD.replace("'", "''")
        self.sql(f"create role me login superuser password '{quoted}'")
        return self


class Gone(Exception):
    """The server has hung up."""


class Refused(Exception):
    """An ErrorResponse: severity, SQLSTATE, message."""

    def __init__(self, body: bytes):
        fields = {chr(f[0]): f[1:].decode() for f in body.rstrip(b"\0").split(b"\0") if f}
        self.fields = fields
        super().__init__(fields["S"], fields["C"], fields["M"])


class Raw:
    """A connection byte by byte."""

    def __init__(self, peer: Peer, path: Path | None = None):
        self.peer = peer
        if path:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(30 * SLOW)
            self.socket.connect(str(path))
        else:
            self.socket = socket.create_connection(("127.0.0.1", peer.port), timeout=30 * SLOW)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def send(self, data: bytes) -> "Raw":
        self.socket.sendall(data)
        return self

    def read(self, n: int) -> bytes:
        data = b""
        while len(data) < n:
            try:
                part = self.socket.recv(n - len(data))
            except (ConnectionError, ssl.SSLError):
                part = b""
            if not part:
                raise Gone(data)
            data += part
        return data

    def ask(self, request: bytes) -> bytes:
        return self.send(request).read(1)

    def message(self) -> tuple[bytes, bytes]:
        kind, length = struct.unpack("!ci", self.read(5))
        body = self.read(length - 4)
        if kind == b"E":
            raise Refused(body)
        return kind, body

    def secure(self, alpn: str | None = None, ciphers: str | None = None, **changes) -> "Raw":
        """Our half of the handshake."""
        context = ssl.create_default_context(cafile=self.peer.root if self.peer.root.exists() else None)
        if ciphers:
            context.set_ciphers(ciphers)
        for name, value in changes.items():
            setattr(context, name, value)
        if alpn:
            context.set_alpn_protocols([alpn])
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        return self

    def start(self, minor: int = 0, **parameters) -> "Raw":
        parameters = {"user": "me", "database": self.peer.database, **parameters}
        body = struct.pack("!i", 3 << 16 | minor)
        body += b"".join(k.encode() + b"\0" + v.encode() + b"\0" for k, v in parameters.items()) + b"\0"
        return self.send(struct.pack("!i", len(body) + 4) + body)

    def log_in(self, **parameters) -> tuple[int, bytes]:
        """Up to ReadyForQuery, bound to the certificate. Returns what a cancel request needs."""
        self.start(**parameters).mechanisms()
        self.first("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,")
        self.last(self.end_point())
        key = None
        while (message := self.message())[0] != b"Z":
            if message[0] == b"K":
                key = struct.unpack("!i", message[1][:4])[0], message[1][4:]
        return key

    def query(self, text: str) -> "Raw":
        body = text.encode() + b"\0"
        return self.send(b"Q" + struct.pack("!i", len(body) + 4) + body)

    # ---- SCRAM, every part of which can be something else ----

    def mechanisms(self) -> list[str]:
        kind, body = self.message()
        assert kind == b"R" and body[:4] == struct.pack("!i", 10)
        return body[4:].rstrip(b"\0").decode().split("\0")

    def first(self, mechanism: str, header: str, nonce: str = "abcdefgh", rest: str = "") -> str:
        self.bare = f"n=,r={nonce}{rest}"
        self.header = header
        text = (header + self.bare).encode()
        body = mechanism.encode() + b"\0" + struct.pack("!i", len(text)) + text
        self.send(b"p" + struct.pack("!i", len(body) + 4) + body)
        kind, body = self.message()
        assert kind == b"R" and body[:4] == struct.pack("!i", 11)
        self.answer = body[4:].decode()
        return self.answer

    def end_point(self) -> bytes:
        return hashlib.sha256(self.socket.getpeercert(binary_form=True)).digest()

    def last(self, binding: bytes = b"", header: str | None = None, nonce: str = "", password: str = PASSWORD) -> None:
        """Up to AuthenticationOk."""
        parts = dict(part.split("=", 1) for part in self.answer.split(","))
        channel = base64.b64encode((self.header if header is None else header).encode() + binding).decode()
        without = f"c={channel},r={nonce or parts['r']}"
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(parts["s"]), int(parts["i"]))
        key = hmac.digest(salted, b"Client Key", "sha256")
        stored = hashlib.sha256(key).digest()
        signature = hmac.digest(stored, f"{self.bare},{self.answer},{without}".encode(), "sha256")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature))).decode()
        self.send_last(f"{without},p={proof}")

    def send_last(self, text: str) -> None:
        self.send(b"p" + struct.pack("!i", len(text) + 4) + text.encode())
        assert self.message()[1][:4] == struct.pack("!i", 12)
        assert self.message()[1] == struct.pack("!i", 0)


def make_certificate(folder: Path, name: str, *words: str, key: str = "ec:P-256") -> tuple[Path, Path]:
    """A self-signed one for localhost by openssl(1)."""
    certificate, key_file = folder / f"{name}.crt", folder / f"{name}.key"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if key == "ec:P-256" else ["-newkey", key]
    command = ["openssl", "req", "-x509", *kind, "-noenc", "-keyout", key_file, "-out", certificate]
    subject = ["-days", "3", "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *subject, *words], check=True, capture_output=True)
    key_file.chmod(0o600)
    return certificate, key_file
