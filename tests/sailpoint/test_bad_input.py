"""Bad input: a clear error at once, or in the results; never a job that does not end."""

import json

import pytest

from support.sailpoint import config, file, tenant_of


def refused(response, code):
    assert response.status_code == 400, response.text
    body = response.json()
    assert body["detailCode"] == code
    return " ".join(message["text"] for message in body["messages"])


def test_a_file_must_come_as_a_file(scope):
    tenant = tenant_of(scope)
    for parts in [{"data": (None, "config.json")}, {"options": (None, "{}")}]:
        text = refused(tenant.request("POST", "/import", files=parts), "400.1.3 Illegal value")
        assert text == "No files were supplied for import."


def test_what_is_no_form_is_told_so(scope):
    tenant = tenant_of(scope)
    assert "multipart/form-data" in refused(tenant.request("POST", "/import", json={}), "400.1 Bad Request Content")
    headers = {"content-type": "multipart/form-data; boundary=x"}
    for content in [b"", b"--x\r\nContent-Disp", b"--y--"]:
        refused(tenant.request("POST", "/import", content=content, headers=headers), "400.1 Bad Request Content")


@pytest.mark.parametrize("content", ["", "{", "\x00", "[" * 100_000, '{"a":' * 5000, "nan"])
def test_what_is_not_json_is_told_so(scope, content):
    refused(tenant_of(scope).post_import(content), "400.1 Bad Request Content")


@pytest.mark.parametrize("options", ["[", '{"includeTypes": ["NOPE"]}', '{"includeTypes": ["ROLE"]}', "[]", "7", '{"excludeBackup": "x"}'])
def test_bad_options_are_told(scope, options):
    parts = {"data": ("f.json", json.dumps(file())), "options": (None, options)}
    response = tenant_of(scope).request("POST", "/import", files=parts)
    assert response.status_code == 400 and "options" in response.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([], "must be an object"),
        ({}, "objects"),
        ({"objects": 7}, "objects"),
        ({"version": 2, "objects": []}, "version"),
        (file(config("WORKFLOWS", "1", "a")), "objects[0].self.type"),
        (file(config("SOURCE", "1", "a"), config("SOURCE", "1", "b")), "objects[1].self"),
        (file({"version": 3, "self": {"type": "SOURCE", "name": "a"}, "object": {}}), "objects[0].version"),
        (file({"self": {"type": "SOURCE", "name": "a"}}), "objects[0].object"),
        (file({"object": {}}), "objects[0].self"),
        (file({"self": {"type": "SOURCE", "id": 7, "name": "a"}, "object": {}}), "objects[0].self.id"),
    ],
)
def test_what_is_no_such_file_is_told_with_its_place(scope, content, told):
    assert told in refused(tenant_of(scope).post_import(content), "400.1.3 Illegal value")


def test_one_string_of_10_mib_is_imported(scope):
    tenant = tenant_of(scope)
    long = config("TRANSFORM", "t", "t", {"text": "x" * (10 << 20)})
    job, _ = tenant.run_import(file(long, config("TRANSFORM", "u", "u")))
    assert job["status"] == "COMPLETE"
    assert tenant.export()["objects"][0] == long


def test_too_much_is_refused(scope):
    response = tenant_of(scope).post_import(" " * (33 << 20))
    assert response.status_code == 400 and "larger" in response.text


def test_what_is_no_reference_fails_its_object_only(scope):
    content = file(
        config("IDENTITY_PROFILE", "p", "p", {"owner": "nobody"}),
        config("IDENTITY_PROFILE", "q", "q", {"owner": {"type": 7}}),
        config("IDENTITY_PROFILE", "r", "r", {"owner": None}),
    )
    job, results = tenant_of(scope).run_import(content)
    assert job["status"] == "FAILED"
    assert [object["id"] for object in results["results"]["IDENTITY_PROFILE"]["importedObjects"]] == ["r"]
    assert any("$.owner" in message["text"] for message in results["results"]["IDENTITY_PROFILE"]["errors"])


def test_types_that_cannot_be_imported_are_left_out(scope):
    job, results = tenant_of(scope).run_import(file(config("ROLE", "r", "role"), config("TRANSFORM", "t", "t")))
    assert job["status"] == "COMPLETE"
    assert results["results"]["ROLE"]["warnings"] and results["results"]["TRANSFORM"]["importedObjects"]


def test_an_empty_file_is_imported(scope):
    job, results = tenant_of(scope).run_import(file())
    assert (job["status"], results["results"]) == ("COMPLETE", {})
