"""Bad input: a clear error at once, or in the results; never a job that does not end."""

import json

import pytest

from support.sailpoint import config, file, tenant_of, texts


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
    assert "multipart/form-data" in refused(
        tenant.request("POST", "/import", json={}), "400.1 Bad Request Content"
    )
    headers = {"content-type": "multipart/form-data; boundary=x"}
    for content in [b"", b"--x\r\nContent-Disp", b"--y--"]:
        refused(
            tenant.request("POST", "/import", content=content, headers=headers),
            "400.1 Bad Request Content",
        )


@pytest.mark.parametrize("content", ["", "{", "\x00", "[" * 100_000, '{"a":' * 5000, "nan"])
def test_what_is_not_json_is_told_so(scope, content):
    refused(tenant_of(scope).post_import(content), "400.1 Bad Request Content")


@pytest.mark.parametrize(
    "options",
    [
        "[",
        '{"includeTypes": ["NOPE"]}',
        '{"includeTypes": ["ROLE"]}',
        "[]",
        "7",
        '{"excludeBackup": "x"}',
    ],
)
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
        ({"tenant": 5, "objects": []}, "tenant"),
    ],
)
def test_what_is_no_such_file_is_told_with_its_place(scope, content, told):
    assert told in refused(tenant_of(scope).post_import(content), "400.1.3 Illegal value")


BROKEN = {
    "a type that nobody knows": (config("WORKFLOWS", "1", "a"), "WORKFLOWS", "self.type"),
    "a second of its id": (config("TRANSFORM", "good", "b"), "TRANSFORM", "self"),
    "another version": (
        {"version": 3, "self": {"type": "SOURCE", "name": "a"}, "object": {}},
        "SOURCE",
        "version",
    ),
    "no object": ({"self": {"type": "SOURCE", "name": "a"}}, "SOURCE", "object"),
    "a null object": (
        {"self": {"type": "SOURCE", "name": "a"}, "object": None},
        "SOURCE",
        "object",
    ),
    "an object that is none": (
        {"self": {"type": "SOURCE", "name": "a"}, "object": [1]},
        "SOURCE",
        "object",
    ),
    "no self": ({"object": {"name": "a"}}, "UNKNOWN", "self"),
    "a self that is none": ({"self": "SOURCE", "object": {}}, "UNKNOWN", "self"),
    "no type": ({"self": {"name": "a"}, "object": {}}, "UNKNOWN", "self.type"),
    "an id that is no string": (
        {"self": {"type": "SOURCE", "id": 7, "name": "a"}, "object": {}},
        "SOURCE",
        "self.id",
    ),
    "no name": ({"self": {"type": "SOURCE", "id": "1"}, "object": {}}, "SOURCE", "self.name"),
    "no name, of a type that is not imported": (
        {"self": {"type": "ROLE", "id": "1"}, "object": {}},
        "ROLE",
        "self.name",
    ),
    "no name, as real exports have it": (
        {"self": {"type": "ATTR_SYNC_SOURCE_CONFIG"}, "object": {}},
        "ATTR_SYNC_SOURCE_CONFIG",
        "self.name",
    ),
    "a number": (7, "UNKNOWN", ""),
    "null": (None, "UNKNOWN", ""),
}


@pytest.mark.parametrize("preview", ["true", "false"])
def test_a_broken_object_fails_alone_and_is_told_with_its_index(scope, preview):
    tenant = tenant_of(scope)
    content = file(
        config("TRANSFORM", "good", "good"), *[broken for broken, _, _ in BROKEN.values()]
    )
    job, results = tenant.run_import(content, {"excludeBackup": True}, preview)
    assert job["status"] == ("COMPLETE" if preview == "true" else "FAILED")
    for index, (what, (_, kind, field)) in enumerate(BROKEN.items(), 1):
        place = f"objects[{index}].{field}".rstrip(".")
        told = [text for text in texts(results, kind, "errors") if f"{place}: " in text]
        assert len(told) == 1, f"{what}: {results}"
    assert sum(len(result["errors"]) for result in results["results"].values()) == len(BROKEN)
    exported = [object["self"]["id"] for object in tenant.export()["objects"]]
    assert exported == ([] if preview == "true" else ["good"])


def test_what_a_broken_object_should_have_been_does_not_matter_to_the_others(scope):
    broken = {"self": {"type": "SOURCE", "id": "s", "name": "s"}, "object": None}
    job, results = tenant_of(scope).run_import(
        file(broken, config("SOURCE", "s", "s", {"connector": "ldap"}))
    )
    assert job["status"] == "FAILED" and "1 objects failed, 1 were imported" in job["message"]
    assert [object["id"] for object in results["results"]["SOURCE"]["importedObjects"]] == ["s"]


def test_broken_objects_that_are_not_chosen_are_left_out(scope):
    content = file({"self": {"type": "ROLE"}, "object": {}}, config("TRANSFORM", "t", "t"))
    job, results = tenant_of(scope).run_import(content, {"includeTypes": ["TRANSFORM"]})
    assert job["status"] == "COMPLETE" and set(results["results"]) == {"TRANSFORM"}


def test_an_option_that_nobody_reads_is_named(scope):
    response = tenant_of(scope).post_import(file(), {"includedTypes": ["SOURCE"]})
    assert "options.includedTypes" in refused(response, "400.1.3 Illegal value")


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
    assert [
        object["id"] for object in results["results"]["IDENTITY_PROFILE"]["importedObjects"]
    ] == ["r"]
    assert any(
        "$.owner" in message["text"] for message in results["results"]["IDENTITY_PROFILE"]["errors"]
    )


def test_types_that_cannot_be_imported_are_left_out(scope):
    job, results = tenant_of(scope).run_import(
        file(config("ROLE", "r", "role"), config("TRANSFORM", "t", "t"))
    )
    assert job["status"] == "COMPLETE"
    assert (
        results["results"]["ROLE"]["warnings"]
        and results["results"]["TRANSFORM"]["importedObjects"]
    )


def test_an_empty_file_is_imported(scope):
    job, results = tenant_of(scope).run_import(file())
    assert (job["status"], results["results"]) == ("COMPLETE", {})
