"""What holds of every route: previews, idempotency keys, entity tags; and the probe of a connector."""

import pytest

from support.versori import BASIC, NONE, OAUTH2, connection, fields, http_connector, update_of


class Laid:
    """A connector with one of everything."""

    def __init__(self, organisation):
        self.organisation = organisation
        made = organisation.http(authSchemeConfigs=[NONE, OAUTH2], connections=[])
        self.path = f"/connectors/{made['id']}"
        organisation.put(f"{self.path}/auth-scheme-configs/key", {**BASIC, "id": "key"})
        organisation.version(made, "1")
        for kind in ("actions", "triggers", "definitions"):
            organisation.post(f"{self.path}/versions/1/{kind}", {"name": "part"})
        organisation.publish(made, "1")
        organisation.version(made, "2", fromVersion="1")
        self.connection = organisation.connect(made)
        self.made = organisation.get(self.path)

    def everything(self):
        """All that can be read."""
        paths = ["", "/connections/prod", "/versions/1", "/versions/2"]
        paths += [f"/versions/2/{kind}" for kind in ("actions", "triggers", "definitions")]
        return [self.organisation.get(f"{self.path}{path}") for path in paths] + [
            self.organisation.get("/connectors")
        ]


# Method, path below the connector (or beside it), body.
CREATES = [
    ("POST", "../../protocols/http/connectors", lambda laid: http_connector()),
    (
        "POST",
        "../../protocols/bigquery/connectors",
        lambda laid: {"name": "Sales", "connections": []},
    ),
    ("POST", "connections", lambda laid: connection("other")),
    ("POST", "versions", lambda laid: {"name": "3"}),
    ("POST", "versions/2/actions", lambda laid: {"name": "a"}),
    ("POST", "versions/2/triggers", lambda laid: {"name": "a"}),
    ("POST", "versions/2/definitions", lambda laid: {"definitions": [{"name": "a", "accept": []}]}),
    ("POST", "versions/2/publish", lambda laid: None),
    ("POST", "versions/1/unpublish", lambda laid: None),
    ("POST", "versions/1/library/import", lambda laid: None),
]
CHANGES = [
    ("PUT", "", lambda laid: update_of(laid.made, name="other")),
    ("PUT", "tags", lambda laid: {"tags": {"a": ["b"]}}),
    ("PUT", "categories", lambda laid: {"categories": ["ERP"]}),
    ("PUT", "auth-scheme-configs/basic", lambda laid: BASIC),
    ("DELETE", "auth-scheme-configs/key", lambda laid: None),
    ("PUT", "connections/prod", lambda laid: {"id": laid.connection["id"], "name": "other"}),
    ("DELETE", "connections/prod?force=true", lambda laid: None),
    ("PUT", "versions/2", lambda laid: {"name": "2.1"}),
    ("DELETE", "versions/2", lambda laid: None),
    *[
        ("PUT", f"versions/2/{kind}/part", lambda laid: {"name": "b"})
        for kind in ("actions", "triggers", "definitions")
    ],
    *[
        ("DELETE", f"versions/2/{kind}/part", lambda laid: None)
        for kind in ("actions", "triggers", "definitions")
    ],
    ("DELETE", "versions/2/definitions", lambda laid: {"all": True}),
    ("DELETE", "?force=true", lambda laid: None),
]


def identify(row):
    return f"{row[0]} {row[1]}"


@pytest.fixture
def laid(organisation):
    return Laid(organisation)


def ask(laid, method, path, body, **headers):
    url = f"{laid.organisation.root}{laid.path}/{path}"
    if path.startswith("../../"):
        url = f"{laid.organisation.root}/{path.removeprefix('../../')}"
    url = url.replace("/?", "?").rstrip("/")
    return laid.organisation.client.request(method, url, json=body, headers=headers)


@pytest.mark.parametrize("row", CREATES + CHANGES, ids=identify)
def test_every_mutation_can_be_previewed(laid, row):
    method, path, body = row
    before = laid.everything()
    response = ask(laid, method, path, body(laid), Prefer="preview")
    assert response.status_code == 200, response.text
    preview = response.json()
    assert preview.keys() >= {"operation", "before", "after", "origins", "also"}
    assert preview["operation"] in {"create", "update", "delete"}
    assert (preview["after"] is None) == (method == "DELETE" and "auth-scheme" not in path)
    assert laid.everything() == before
    done = ask(laid, method, path, body(laid))
    assert done.is_success, done.text
    assert laid.organisation.client.get(f"{laid.organisation.root}/connectors").json() != before[-1]


@pytest.mark.parametrize("row", CREATES, ids=identify)
def test_every_post_can_be_repeated_under_its_key(laid, row):
    method, path, body = row
    first = ask(laid, method, path, body(laid), **{"Idempotency-Key": "one"})
    assert first.is_success, first.text
    after = laid.everything()
    again = ask(laid, method, path, body(laid), **{"Idempotency-Key": "one"})
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert laid.everything() == after
    other = ask(laid, "POST", "versions", {"name": "other"}, **{"Idempotency-Key": "one"})
    assert other.status_code == 400 and "Idempotency-Key" in fields(other.json())


@pytest.mark.parametrize(
    "path",
    [
        "",
        "connections/prod",
        "versions/2",
        *[f"versions/2/{kind}/part" for kind in ("actions", "triggers", "definitions")],
    ],
)
def test_every_object_has_an_entity_tag(laid, path):
    read = ask(laid, "GET", path, None)
    tag = read.headers["etag"]
    known = ask(laid, "GET", path, None, **{"If-None-Match": tag})
    assert known.status_code == 304 and known.content == b"" and known.headers["etag"] == tag
    body = {"id": read.json()["id"], "name": "other"}
    if path == "":
        body = update_of(laid.made, name="other")
    written = ask(laid, "PUT", path, body, **{"If-Match": tag})
    assert written.status_code == 200 and written.headers["etag"] != tag
    path = path.replace("prod", "other").replace(
        "versions/2", "versions/other", path == "versions/2"
    )
    path = path.replace("part", "other")
    assert ask(laid, "PUT", path, body, **{"If-Match": tag}).status_code == 412
    assert ask(laid, "GET", path, None).headers["etag"] == written.headers["etag"]


def test_a_connector_is_probed(either):
    made = either.http(baseUrl="http://127.0.0.1:1")
    answer = either.post(f"/connectors/{made['id']}/probe", None, 200)
    assert (answer["id"], answer["name"]) == (made["id"], made["name"])
    conditions = {one["type"]: one for one in answer["conditions"]}
    assert conditions["ConnectorClassReady"]["status"] == "True"
    assert conditions["LivenessReady"]["status"] == conditions["Ready"]["status"] == "False"
    assert "not public" in conditions["LivenessReady"]["message"]
    either.post("/connectors/01ARZ3NDEKTSV4RRFFQ69G5FAV/probe", None, 404)
    assert either.get(f"/connectors/{made['id']}") == made, (
        "what is observed changes nothing that is wanted"
    )
