"""What the official Go client decodes strictly (reference B3 to B5): a document of another shape is an error to it."""

import httpx
import pytest

from support.pingone import CLONE, ENVIRONMENT, INSTANCE, LINK, LINKS, METADATA, instance
from support.shape import ANYTHING, check, id_of_uuid, moment, one_of, text

INSTANCES = {"_links": LINKS, "_embedded": {"connectorInstances": [INSTANCE]}}
CONNECTOR = {
    "_links": LINKS,
    "createdAt": moment,
    "environment": ENVIRONMENT,
    "id": text,
    "metadata": METADATA,
    "name": text,
    "version": text,
    "description?": str,
    "updatedAt?": moment,
}
CONNECTORS = {"_links": LINKS, "_embedded": {"connectors": [CONNECTOR]}}


def capabilities(value):
    for capability in value.values():
        check(capability, dict)


DETAILS = {
    "environment": ENVIRONMENT,
    "_links?": LINKS,
    "accountConfigView?": {"items": [dict], "componentViewSize?": str},
    "capabilities?": capabilities,
    "credentialsView?": {"items": [dict]},
    "flowSections?": [{"name": str, "value": str}],
    "properties?": dict,
    "sections?": [{"name": str, "value": str, "default?": bool}],
}
ENVIRONMENT_READ = {
    "_links?": {"self?": LINK},
    "name": text,
    "region": one_of("AP", "AU", "CA", "EU", "NA", "SG"),
    "type": one_of("PRODUCTION", "SANDBOX"),
    "createdAt": moment,
    "updatedAt": moment,
    "id": id_of_uuid,
    "organization": {"id": id_of_uuid},
    "description?": str,
}
DETAIL_CODES = one_of(
    "INVALID_VALUE",
    "INVALID_PARAMETER",
    "REQUIRED_VALUE",
    "EMPTY_VALUE",
    "OUT_OF_RANGE",
    "SIZE_LIMIT_EXCEEDED",
    "CONSTRAINT_VIOLATION",
    "UNIQUENESS_VIOLATION",
    "INVALID_FILTER",
)
INNER_ERROR = {
    "allowedPattern?": str,
    "allowedValues?": [str],
    "existingId?": id_of_uuid,
    "maximumValue?": int,
    "rangeMinimumValue?": int,
    "rangeMaximumValue?": int,
}


def error(codes, detail_codes=text, inner=ANYTHING):
    detail = {"code": detail_codes, "message": text, "target?": str, "innerError?": inner}
    return {"id": id_of_uuid, "code": one_of(*codes), "message": text, "details?": [detail]}


ERRORS = {
    400: error(("INVALID_DATA", "INVALID_REQUEST", "REQUEST_FAILED"), DETAIL_CODES, INNER_ERROR),
    401: error(("ACCESS_FAILED",), one_of("INVALID_TOKEN", "INSUFFICIENT_PERMISSIONS")),
    403: error(("ACCESS_FAILED",), one_of("INSUFFICIENT_PERMISSIONS", "LICENSE_EXCEEDED")),
    404: error(("NOT_FOUND",)),
    415: error(("INVALID_REQUEST",)),
}
PROPERTIES = {
    "password": {"value": "hunter2"},
    "idp": {"openId": {"properties": {"scope": {"value": [1, None]}}}},
}


def checked(response, status, shape):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    check(document, shape)
    return document


def test_instances_have_the_shape_that_clients_decode(environment):
    created = checked(environment.create(instance(properties=PROPERTIES)), 201, INSTANCE)
    id = created["id"]
    checked(environment.get(id), 200, INSTANCE)
    checked(environment.replace(id, instance(name="b")), 200, INSTANCE)
    checked(environment.clone(id), 201, INSTANCE)
    checked(environment.clone(id, b"{}\n"), 201, INSTANCE)
    checked(environment.client.get(environment.instances), 200, INSTANCES)


def test_the_catalogue_has_the_shape_that_clients_decode(environment):
    # A class of one's own may leave all to be filled in, and not say what no client would decode.
    odd = {
        "type": "x",
        "vendor": 1,
        "colors": "red",
        "logos": [],
        "capabilities": [],
        "sections": {},
        "accountConfigView": 1,
    }
    classes = f"/v1/scopes/{environment.scope.name}/classes"
    empty = {"displayName": "", "version": "", "description": "", "pingone": {"colors": {}}}
    for name, document in (("bare", {}), ("empty", empty)):
        put = environment.client.put(f"{classes}/{name}", json=document)
        assert put.status_code == 201, put.text
    refused = environment.client.put(f"{classes}/odd", json={"pingone": odd})
    assert refused.status_code == 400
    fields = {entry["field"] for entry in refused.json()["error"]["fields"]}
    assert fields == {f"pingone.{name}" for name in odd}
    listed = checked(environment.client.get(f"{environment.path}/connectors"), 200, CONNECTORS)
    for connector in listed["_embedded"]["connectors"]:
        path = f"{environment.path}/connectors/{connector['id']}"
        checked(environment.client.get(path), 200, CONNECTOR)
        checked(environment.client.get(f"{path}/details"), 200, DETAILS)


def test_the_environment_has_the_shape_that_clients_decode(environment):
    checked(environment.client.get(environment.path), 200, ENVIRONMENT_READ)


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/hal+json", "text/html"])
def test_what_is_answered_does_not_depend_on_accept(environment, accept):
    checked(
        environment.client.get(environment.path, headers={"accept": accept}), 200, ENVIRONMENT_READ
    )


def bad_requests(environment):
    client, item = environment.client, f"{environment.instances}/{environment.created()['id']}"
    stranger = httpx.Client(base_url=client.base_url, headers={"authorization": "Bearer x"})
    post = {"method": "POST", "url": environment.instances}
    yield 400, client.request(**post, json={})
    yield (
        400,
        client.request(**post, json=instance(name=" x", connector={"id": "none"}, properties=[])),
    )
    yield 400, client.request(**post, json=instance(name="x" * 257))
    yield 400, client.request(**post, content=b"{", headers={"content-type": "application/json"})
    yield 400, client.request(**post, json=instance(), params={"preview": "perhaps"})
    yield 400, client.request(**post, json=instance(), headers={"X-Ping-External-Session-ID": ""})
    yield 400, client.put(item, json=instance(connector={"id": "connectorZendesk"}))
    yield 400, client.post(item, content=b"[]", headers={"content-type": CLONE})
    yield 401, stranger.get(environment.instances)
    yield 403, client.get("/v1/environments/00000000-0000-0000-0000-000000000000/connectors")
    yield 404, client.get(f"{environment.instances}/{'0' * 32}")
    yield 404, client.get(f"{environment.path}/connectors/none")
    yield 403, client.get("/v1/environments/00000000-0000-0000-0000-000000000000")
    yield 415, client.request(**post, content=b"a: b", headers={"content-type": "text/yaml"})
    yield 415, client.post(item, content=b"{}", headers={"content-type": "application/json"})


def test_errors_have_the_shape_that_clients_decode(environment):
    for status, response in bad_requests(environment):
        checked(response, status, ERRORS[status])
