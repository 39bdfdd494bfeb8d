"""The services that hand out credentials, on 127.0.0.1: STS and IAM Identity Center behind a proxy
that ends TLS with a certificate of its own, the container's agent and the metadata service.

Who asks is answered by what was asked, so that two programs get the same identity for the same
question: a role's access key follows from its name and from the key that signed.
"""

import hashlib
import http.server
import json
import re
import socketserver
import ssl
import subprocess
import threading
import urllib.parse
from datetime import datetime, timedelta, timezone
from pathlib import Path

ACCOUNT = "123456789012"
TOKEN_OF_SIGN_IN = "sign-in-of-the-test"
TOKEN_OF_CONTAINER = "container-of-the-test"
HOSTS = ["*.amazonaws.com"] + [
    f"{service}.{region}.amazonaws.com"
    for region in ("us-east-1", "eu-west-1", "eu-central-1")
    for service in ("sts", "portal.sso", "oidc")
]


def in_an_hour() -> datetime:
    return datetime.now(timezone.utc) + timedelta(hours=1)


def key_for(*parts: str) -> str:
    return "ASIA" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:16].upper()


def document(key: str, **more: str) -> dict:
    return {
        "AccessKeyId": key,
        "SecretAccessKey": "secret",
        "Token": "token",
        "Expiration": in_an_hour().strftime("%Y-%m-%dT%H:%M:%SZ"),
        **more,
    }


def sts_error(code: str) -> "tuple[int, str]":
    return 403, (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    )


def sts(form: dict, authorization: str) -> "tuple[int, str]":
    action = form["Action"]
    signer = re.search(r"Credential=([^/]+)/", authorization)
    key = signer.group(1) if signer else ""
    if action == "GetCallerIdentity":
        inner = (
            f"<Arn>arn:aws:iam::{ACCOUNT}:user/{key}</Arn><UserId>{key}</UserId>"
            f"<Account>{ACCOUNT}</Account>"
        )
    elif form["RoleArn"].endswith("/forbidden"):
        return sts_error("AccessDenied")
    else:
        proof = form.get("WebIdentityToken", key) + form.get("ExternalId", "")
        inner = (
            f"<Credentials><AccessKeyId>{key_for(form['RoleArn'], proof)}</AccessKeyId>"
            "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
            f"<Expiration>{in_an_hour():%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
            f"<AssumedRoleUser><Arn>{form['RoleArn']}/s</Arn>"
            "<AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>"
        )
    return 200, (
        f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
        f"{inner}</{action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
        f"</{action}Response>"
    )


def single_sign_on(url: urllib.parse.ParseResult, bearer: str) -> "tuple[int, dict]":
    asked = dict(urllib.parse.parse_qsl(url.query))
    if url.path != "/federation/credentials" or bearer != TOKEN_OF_SIGN_IN:
        return 401, {"message": "no", "__type": "UnauthorizedException"}
    return 200, {
        "roleCredentials": {
            "accessKeyId": key_for(asked["account_id"], asked["role_name"]),
            "secretAccessKey": "secret",
            "sessionToken": "token",
            "expiration": int(in_an_hour().timestamp() * 1000),
        }
    }


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status: int, body: "str | dict", kind: str = "text/xml"):
        text = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Proxy(Handler):
    """Answers CONNECT by being the host itself."""

    def do_CONNECT(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.flush()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = dict(urllib.parse.parse_qsl(body))
        self.reply(*sts(form, self.headers.get("Authorization", "")))

    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        reply = single_sign_on(url, self.headers.get("x-amz-sso_bearer_token", ""))
        self.reply(*reply, "application/json")


class Container(Handler):
    def do_GET(self):
        if self.headers.get("Authorization") != TOKEN_OF_CONTAINER:
            return self.reply(403, {"code": "AccessDenied", "message": "no"})
        return self.reply(200, document("AKIACONTAINER0000001"), "application/json")


class Instance(Handler):
    ROLES = "/latest/meta-data/iam/security-credentials/"

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.reply(200, "session", "text/plain")

    def do_GET(self):
        zone = {
            "/latest/meta-data/placement/region": "eu-central-1",
            "/latest/meta-data/placement/availability-zone/": "eu-central-1a",
        }
        if self.headers.get("x-aws-ec2-metadata-token") != "session":
            self.reply(401, "")
        elif self.path == self.ROLES:
            self.reply(200, "reader", "text/plain")
        elif self.path == self.ROLES + "reader":
            self.reply(200, document("AKIAINSTANCE00000001", Code="Success"), "application/json")
        elif self.path in zone:
            self.reply(200, zone[self.path], "text/plain")
        else:
            self.reply(404, "")


def make_certificates(folder: Path) -> "tuple[Path, Path]":
    """A certificate with its key that an authority of its own has signed, and the authority."""
    run = lambda *command: subprocess.run(  # noqa: E731
        ["openssl", *command], cwd=folder, check=True, capture_output=True
    )
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    run("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA",
        "-addext", "basicConstraints=critical,CA:TRUE", "-days", "2")
    run("req", *key, "-keyout", "host.key", "-out", "host.csr", "-subj", "/CN=Test host")
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    (folder / "names").write_text(f"subjectAltName={names}\n")
    run("x509", "-req", "-in", "host.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-out", "host.pem", "-days", "2", "-extfile", "names")
    both = folder / "host-and-key.pem"
    both.write_text((folder / "host.pem").read_text() + (folder / "host.key").read_text())
    return both, folder / "ca.pem"


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    tls: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


def serve(handler: type) -> Server:
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
