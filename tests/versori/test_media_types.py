"""Which bodies are read: JSON that is said to be JSON, with numbers that can be kept."""

import json

import pytest

from support.versori import OPENAPI, fields, http_connector

PATHS = ["/protocols/http/connectors", "/protocols/bigquery/connectors", "/protocols/http/import"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
def test_json_under_another_name_is_refused(organisation, path, media_type):
    headers = {"content-type": media_type}
    error = organisation.request(
        "POST", path, 415, content=json.dumps(http_connector()), headers=headers
    ).json()
    assert error["code"] == "415000" and "application/json" in error["message"]
    assert organisation.get("/connectors")["totalCount"] == 0


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"]
)
def test_json_is_taken(organisation, media_type):
    body = json.dumps(http_connector())
    organisation.request("POST", PATHS[0], 201, content=body, headers={"content-type": media_type})


def test_integers_that_cannot_be_kept_are_refused_by_their_field(organisation):
    made = organisation.http()
    organisation.version(made, "1")
    path = f"/connectors/{made['id']}/versions/1/actions"
    large = 1234567890123456789012
    error = organisation.post(path, {"name": "a", "retries": [1, {"most": large}]}, 400)
    assert "64 bits" in fields(error)["retries[1].most"]
    kept = organisation.post(path, {"name": "a", "retries": [2**64 - 1, -(2**63), 1.5]})
    assert kept["retries"] == [2**64 - 1, -(2**63), 1.5]
    document = {**OPENAPI, "x-large": [large]}
    form = {
        "file": ("a.json", json.dumps(document)),
        "metadata": (None, json.dumps({"format": "openapi"})),
    }
    error = organisation.request("POST", PATHS[2], 400, files=form).json()
    assert "64 bits" in fields(error)["file.x-large[0]"]


def test_openapi_in_yaml_has_the_json_schema(organisation):
    document = """
openapi: 3.1.0
info: {title: Points, version: "1"}
servers: [{url: https://points.example.com}]
paths: {}
components:
  schemas:
    Point: {type: object, required: [x, y], properties: {x: {enum: [NO, off]}, y: {example: 012, default: ~}}}
"""
    form = {"file": ("a.yaml", document), "metadata": (None, json.dumps({"format": "openapi"}))}
    imported = organisation.request("POST", PATHS[2], 201, files=form).json()
    [definition] = imported["definitions"]
    assert definition["schema"] == {
        "type": "object",
        "required": ["x", "y"],
        "properties": {"x": {"enum": ["NO", "off"]}, "y": {"example": "012", "default": "~"}},
    }


def test_faults_of_an_imported_document_are_at_its_own_fields(organisation):
    schemes = {
        "gone": {"type": "openIdConnect"},
        "key": {"type": "apiKey", "name": "X", "in": "body"},
    }
    document = {**OPENAPI, "components": {"securitySchemes": schemes}}
    form = {
        "file": ("a.json", json.dumps(document)),
        "metadata": (None, json.dumps({"format": "openapi"})),
    }
    error = organisation.request("POST", PATHS[2], 400, files=form).json()
    assert set(fields(error)) == {"file.components.securitySchemes.key"}
