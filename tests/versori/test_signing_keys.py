"""JSON Web Tokens that the caller's own key signed: `Authorization: JWT …`."""

import base64
import json
import time

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa


class Signer:
    """A private key, and its public key as a key of a scope."""

    def __init__(self, scope, *permissions):
        self.scope = scope
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key = scope.new_key(*permissions, publicKey=public_pem(self.private))

    def token(self, header=None, **claims):
        header = {"alg": "RS256", "typ": "JWT", **(header or {})}
        claims = {"sub": "user-1", "iss": self.key["issuer"], **claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
        signature = self.private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{encode(signature)}"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public_pem(private):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.fixture
def signer(organisation):
    return Signer(organisation.scope, "read")


@pytest.fixture
def ask(organisation, anyone):
    """Asks for the connectors with a token."""

    def ask(token, scheme="JWT", method="GET", path="/connectors"):
        headers = {"Authorization": f"{scheme} {token}"}
        return anyone.request(method, f"{organisation.root}{path}", headers=headers)

    return ask


def test_a_key_with_a_public_key_has_no_secret(signer):
    assert signer.key["issuer"] == f"https://versori.com/sk/{signer.key['id']}"
    assert signer.key["publicKey"] == public_pem(signer.private)
    assert "secret" not in signer.key and "key" not in signer.key
    read = signer.scope.client.get(f"/v1/scopes/{signer.scope.name}/keys/{signer.key['id']}").json()
    assert read["issuer"] == signer.key["issuer"]


@pytest.mark.parametrize("scheme", ["JWT", "jwt", "Bearer"])
def test_who_signs_is_let_in(signer, ask, scheme):
    assert ask(signer.token(), scheme).status_code == 200
    now = int(time.time())
    assert ask(signer.token(exp=now + 600, nbf=now - 600), scheme).status_code == 200


def test_a_token_may_do_what_its_key_may(signer, ask, new_scope, anyone):
    refused = ask(signer.token(), method="POST", path="/protocols/http/connectors")
    assert refused.status_code == 403 and refused.json()["code"] == "403000"
    other = f"/o/{new_scope().document['organisationId']}/connectors"
    assert anyone.get(other, headers={"Authorization": f"JWT {signer.token()}"}).status_code == 403


def test_tokens_that_are_not_taken(signer, ask, organisation):
    now = int(time.time())
    other = Signer(organisation.scope, "read")
    head, claims, signature = signer.token().split(".")
    forged = encode(json.dumps({"sub": "admin", "iss": signer.key["issuer"]}).encode())
    of_secret = organisation.scope.new_key("read")["id"]
    table = [
        (signer.token(exp=now - 600), "expired"),
        (signer.token(nbf=now + 600), "not good yet"),
        (signer.token(sub=None), "sub"),
        (signer.token(iss="https://id.example.com"), "iss"),
        (signer.token(iss=other.key["issuer"]), "not valid"),
        (signer.token(iss=f"https://versori.com/sk/{of_secret}"), "not valid"),
        (signer.token(iss="https://versori.com/sk/0190a1b2c3d47e5f8a9b0c1d2e3f4a5b"), "not valid"),
        (signer.token({"alg": "none"}), "not valid"),
        (signer.token({"alg": "HS256"}), "not valid"),
        (signer.token({"crit": ["b64"]}), "crit"),
        (f"{head}.{forged}.{signature}", "not valid"),
        (f"{head}.{claims}.", "not valid"),
    ]
    for token, why in table:
        refused = ask(token)
        assert refused.status_code == 401 and why in refused.json()["message"], (why, refused.text)


def test_tokens_end_with_their_key(signer, ask):
    token = signer.token()
    assert ask(token).status_code == 200
    path = f"/v1/scopes/{signer.scope.name}/keys/{signer.key['id']}"
    assert signer.scope.client.delete(path).status_code == 204
    refused = ask(token)
    assert refused.status_code == 401 and "revoked" in refused.json()["message"]


@pytest.mark.parametrize(
    "public_key",
    [
        "",
        "key",
        public_pem(ec.generate_private_key(ec.SECP256R1())),
        public_pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
    ],
    ids=["empty", "no key", "not RSA", "short"],
)
def test_public_keys_are_of_rsa_and_long(scope, public_key):
    body = {"permissions": ["read"], "publicKey": public_key}
    refused = scope.client.post(f"/v1/scopes/{scope.name}/keys", json=body)
    assert refused.status_code == 400 and "publicKey" in refused.text
