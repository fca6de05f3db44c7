"""A stand-in for the tools that connectors lead to: a little HTTP server, or HTTPS with a certificate nobody trusts."""

import base64
import datetime
import http.server
import ipaddress
import json
import ssl
import threading
import time


class Tool:
    """Serves, and remembers what it was asked."""

    def __init__(self, address="127.0.0.1", certificate=None):
        self.requests = []
        self.answers = {}
        self.lock = threading.Lock()
        self.server = Server((address, 0), handler(self))
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"{'https' if certificate else 'http'}://{address}:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def answer(self, path, status=200, body="", headers=(), act=None):
        """What a path answers from now on; `act` writes the response by itself."""
        self.answers[path] = (status, body, dict(headers), act)

    def seen(self, path):
        """The requests for a path: method, headers in order, body."""
        with self.lock:
            return [request for request in self.requests if request["path"].split("?")[0] == path]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that hang up are part of the tests."""


def handler(tool):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def respond(self):
            length = int(self.headers.get("content-length") or 0)
            request = {
                "method": self.command,
                "path": self.path,
                "headers": [(name.lower(), value) for name, value in self.headers.items()],
                "body": self.rfile.read(length).decode() if length else "",
            }
            with tool.lock:
                tool.requests.append(request)
            status, body, headers, act = tool.answers.get(
                self.path.split("?")[0], (404, "", {}, None)
            )
            if callable(body):
                status, body = body(request)
            if act:
                act(self)
                return
            body = json.dumps(body) if isinstance(body, (dict, list)) else body
            headers.setdefault(
                "content-type", "application/json" if body[:1] in "{[" and body else "text/plain"
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST = respond

        def log_message(self, *arguments):
            pass

    return Handler


def slow(handler_):
    """Says nothing for longer than anybody waits."""
    time.sleep(30)


def endless(handler_):
    """A body without an end."""
    handler_.send_response(200)
    handler_.send_header("content-type", "text/plain")
    handler_.send_header("transfer-encoding", "chunked")
    handler_.end_headers()
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    try:
        while True:
            handler_.wfile.write(chunk)
    except OSError:
        handler_.close_connection = True


def broken(handler_):
    """Hangs up in the middle of the headers."""
    handler_.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-le")
    handler_.close_connection = True


def basic(user, password):
    """The value of `Authorization` for a name and a password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def self_signed(folder):
    """A certificate and its key in one file, which nobody trusts."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tool")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "tool.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
