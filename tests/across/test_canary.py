"""A secret that any API takes in is found nowhere: in no answer, log, revision, item of a job, page of the database or its
write-ahead log.
"""

import base64
import time
import uuid

import pytest

from support import dialects, sailpoint
from support.scope import Scope

CANARY = "canary-81d2-f00d"


def spellings(text):
    """How bytes may be written down: as they are, in hex, and in base64 at each alignment."""
    raw = text.encode()
    yield raw
    yield raw.hex().encode()
    for skipped in range(3):
        encoded = base64.b64encode(b"\0" * skipped + raw)
        # What the bytes before and after it have a part in is left out.
        yield encoded[(skipped * 8 + 5) // 6 : len(encoded) - 4]


PINGONE = {
    "password": {"value": CANARY},
    "apiKey": CANARY,
    "privateKey": {"value": [CANARY]},
    "custom": {"value": CANARY, "secure": True},
    "typed": {"value": CANARY, "preferredControlType": "password"},
    "hashed": {"value": CANARY, "hashedVisibility": True},
    "customAuth": {
        "properties": {"clientSecret": {"value": CANARY}, "clientId": {"value": "open"}}
    },
}
PRIVACERA = dict.fromkeys(("MY_PASSWORD", "API_TOKEN", "DB_PASSWORD", "password"), CANARY)
KUBERNETES = {"token": CANARY, "header": f"Bearer {CANARY}"}
SAILPOINT = {
    "pwd": CANARY,
    "passwd": CANARY,
    "keystorePass": CANARY,
    "privateKeyPem": CANARY,
    "Authorization": f"Bearer {CANARY}",
    "connectionParameters": [{"header": {"Authorization": CANARY}}],
    "oauth_body_attrs": f"grant_type=password&client_secret={CANARY}",
    "password": [CANARY, {"deep": CANARY}],
    "credentials": {"user": CANARY},
    "tokens": ["$." + CANARY, "{{" + CANARY],
    "jdbc": f"jdbc:postgresql://db/x?user=u&password={CANARY}",
    "proxy": f"https://user:{CANARY}@proxy.example.com",
    "encrypted": "special",
    "special": CANARY,
    "domainSettings": [{"domain": "a", "password": CANARY}],
}
VARIABLES = [{"name": "api_key", "value": CANARY}, {"name": "region", "value": "eu"}]


@pytest.fixture
def host(own_host):
    return own_host()


@pytest.fixture
def scope(host):
    with host.client() as admin:
        scope = Scope.create(admin, f"t-{uuid.uuid4().hex[:20]}", {})
        yield scope
        scope.close()


def make_all(apis, scope):
    """A connector in each API, with secrets wherever its form has room for them."""
    kinds = {
        "name": "http",
        "parameters": [],
        "applicationTypes": [{"type": "API", "appConfigs": []}],
    }
    apis["privacera"].make("from-privacera", kinds, PRIVACERA)
    environment = scope.document["environmentId"]
    body = {"name": "from-pingone", "connector": {"id": "httpConnector"}, "properties": PINGONE}
    path = f"/v1/environments/{environment}/connectorInstances"
    apis["pingone"].request("POST", path, 201, json=body)
    own = {"name": "anything", "parameters": []}
    apis["kubernetes"].make("from-kubernetes", own, KUBERNETES)
    apis["sailpoint"].make("from-sailpoint", {"name": "http"}, SAILPOINT)
    organisation = scope.document["organisationId"]
    body = {
        "name": "from-versori",
        "baseUrl": "https://tool.example.com",
        "connectionVariables": VARIABLES,
        "authSchemeConfigs": [],
    }
    path = f"/o/{organisation}/protocols/http/connectors"
    apis["versori"].request("POST", path, (200, 201), json=body)


def read_all(apis, scope):
    """Everything of them that can be read, in every API, and the log."""
    names = [f"from-{name}" for name in apis]
    for api in apis.values():
        for name in names:
            api.read(name)
    for path in (
        f"/v1/scopes/{scope.name}/revisions",
        f"/v1/environments/{scope.document['environmentId']}/connectorInstances",
        f"/o/{scope.document['organisationId']}/connectors",
        apis["kubernetes"].namespace.connectors,
    ):
        apis["kubernetes"].request("GET", path, 200)


def test_no_byte_of_a_secret_is_left_anywhere(host, scope):
    answers = []
    apis = {api.name: api(scope, answers) for api in dialects.ALL}
    make_all(apis, scope)
    read_all(apis, scope)
    put_back(apis["sailpoint"])
    read_all(apis, scope)
    assert not [answer for answer in answers if CANARY in answer]
    host.stop()
    time.sleep(0.1)
    found = []
    for file in (host.folder).rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            found += [str(file) for spelling in spellings(CANARY) if spelling in content]
    assert not found


def put_back(api):
    """Secrets that are put back into a file, wherever the file shows a mask."""
    for name in ("from-pingone", "from-privacera", "from-versori"):
        file = api.file(name)
        filled = with_secrets(file)
        assert filled != file or name == "from-versori", name
        api.run(filled)


def with_secrets(value):
    if isinstance(value, dict):
        return {name: with_secrets(member) for name, member in value.items()}
    if isinstance(value, list):
        return [with_secrets(item) for item in value]
    return CANARY if value == "******" else value


@pytest.mark.parametrize("origin", dialects.ALL[:4], ids=lambda origin: origin.name)
def test_after_a_promotion_exactly_the_secrets_are_still_to_be_set(origin, new_scope):
    dev, prod, answers = new_scope(), new_scope(), []
    of_class = {
        "name": "http",
        "parameters": [{"name": "baseUrl", "address": True}],
        "applicationTypes": [{"type": "API", "appConfigs": []}],
        "doc": {"pingone": {"id": "httpConnector"}},
    }
    values = {"baseUrl": "https://a.example", "username": "u", "password": "p", "token": "t"}
    origin(dev, answers).make("lab", of_class, values)
    file = dialects.SailPoint(dev, answers).file("lab")
    there = dialects.SailPoint(prod, answers)
    job, results = sailpoint.tenant_of(prod).run_import(file)
    assert job["status"] == "COMPLETE", results
    texts = [message["text"] for message in results["results"]["SOURCE"]["infos"]]
    assert any("2" in text and "still to be set" in text.lower() for text in texts), texts
    response = prod.client.get(f"/v1/scopes/{prod.name}/connectors/lab/secrets")
    items = response.json()["items"]
    assert [item["set"] for item in items] == [False, False], items
    shown = there.values("lab")
    assert (shown["password"], shown["token"], shown["username"]) == ("", "", "u")
    for api in dialects.ALL:
        api(prod, answers).write_back("lab", new_scope())
    pingone = dialects.PingOne(prod, answers).values("lab")
    assert "value" not in pingone["password"] and "value" not in pingone["token"]
