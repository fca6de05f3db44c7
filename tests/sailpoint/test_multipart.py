"""The form of an import as clients really write it (RFC 7578, RFC 2046): parts in any order, in many spellings."""

import json

import pytest

from support.sailpoint import config, file, tenant_of

FILE = json.dumps(file(config("TRANSFORM", "t", "t"), config("CONNECTOR_RULE", "c", "c")))
OPTIONS = json.dumps({"includeTypes": ["TRANSFORM"], "excludeBackup": True})
DISPOSITION = "Content-Disposition: form-data"


def form(*parts, boundary="x", before="", after="\r\n"):
    text = "".join(f"--{boundary}\r\n{head}\r\n\r\n{content}\r\n" for head, content in parts)
    return f"{before}{text}--{boundary}--{after}".encode()


def imported(tenant, content, content_type="multipart/form-data; boundary=x", path="/import"):
    response = tenant.request("POST", path, content=content, headers={"content-type": content_type})
    assert response.status_code == 202, response.text
    job = tenant.ended("import", response.json()["jobId"])
    assert job["status"] == "COMPLETE", job
    return set(tenant.results(job["jobId"])["results"])


@pytest.mark.parametrize(
    "data",
    [
        f'{DISPOSITION}; name="data"; filename="c.json"\r\nContent-Type: application/json',
        f'{DISPOSITION}; name="data"; filename="data"\r\nContent-Type: application/octet-stream',
        f'{DISPOSITION}; name="data"; filename="blob"',
        f"{DISPOSITION}; name=data; filename=c.json; filename*=utf-8''c.json",
        f"{DISPOSITION}; name=\"data\"; filename*=UTF-8''%c3%a9.json",
        'content-disposition: form-data;name="data";filename="a b; c.json"\r\nContent-Transfer-Encoding: binary',
        f'Content-Type: text/plain\r\n{DISPOSITION}; filename="c.json"; name="data"',
    ],
)
@pytest.mark.parametrize(
    "options",
    [
        f'{DISPOSITION}; name="options"',
        f'{DISPOSITION}; name="options"; filename="blob"\r\nContent-Type: application/json',
        f"{DISPOSITION}; name=options\r\nContent-Type: text/plain; charset=utf-8",
    ],
)
def test_parts_come_in_any_order_and_spelling(scope, data, options):
    tenant = tenant_of(scope)
    assert imported(tenant, form((options, OPTIONS), (data, FILE))) == {"TRANSFORM"}
    assert imported(tenant, form((data, FILE), (options, OPTIONS))) == {"TRANSFORM"}


@pytest.mark.parametrize(
    ("boundary", "declared"),
    [
        ("----WebKitFormBoundaryABC123", "----WebKitFormBoundaryABC123"),
        ("----=_Part 1", '"----=_Part 1"'),
        ("'()+_,-./:=?", '"\'()+_,-./:=?"'),
        ("x", "x; charset=utf-8"),
    ],
)
def test_boundaries_may_be_quoted(scope, boundary, declared):
    content = form((f'{DISPOSITION}; name="data"; filename="c.json"', FILE), boundary=boundary)
    assert imported(tenant_of(scope), content, f"multipart/form-data; boundary={declared}") == {
        "TRANSFORM",
        "CONNECTOR_RULE",
    }


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("for old readers\r\n", "\r\n"), ("\r\n", "\r\nand more\r\n")]
)
def test_what_stands_around_the_parts_means_nothing(scope, before, after):
    content = form(
        (f'{DISPOSITION}; name="data"; filename="c.json"', FILE), before=before, after=after
    )
    assert imported(tenant_of(scope), content) == {"TRANSFORM", "CONNECTOR_RULE"}


@pytest.mark.parametrize(
    "options",
    ["", " \r\n", "null", "{}", '{"includeTypes": null, "objectOptions": {"SOURCE": null}}'],
)
def test_options_may_be_empty(scope, options):
    parts = (
        (f'{DISPOSITION}; name="options"', options),
        (f'{DISPOSITION}; name="data"; filename="c.json"', FILE),
    )
    assert imported(tenant_of(scope), form(*parts)) == {"TRANSFORM", "CONNECTOR_RULE"}


def test_a_file_may_begin_with_a_byte_order_mark(scope):
    content = form((f'{DISPOSITION}; name="data"; filename="c.json"', "\ufeff" + FILE))
    assert imported(tenant_of(scope), content) == {"TRANSFORM", "CONNECTOR_RULE"}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("other", "{"),
        ("options[excludeBackup]", "true"),
        ("options.includeTypes", '["TRANSFORM"]'),
        ("includeTypes", '["TRANSFORM"]'),
        ("preview", "true"),
        ("Data", FILE),
        ("", ""),
    ],
)
def test_a_part_that_nobody_reads_is_refused_by_its_name(scope, name, content, first):
    parts = [
        (f'{DISPOSITION}; name="data"; filename="c.json"', FILE),
        (f'{DISPOSITION}; name="{name}"', content),
    ]
    assert f'the part "{name}" is not known' in refused(scope, parts[::-1] if first else parts)


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("data", ['name="data"; filename="a.json"', 'name="data"; filename="b.json"']),
        ("data", ['name="data"; filename="a.json"', 'name="data"']),
        (
            "options",
            ['name="options"', 'name="options"; filename="blob"', 'name="data"; filename="a.json"'],
        ),
    ],
)
def test_a_second_part_of_a_name_is_refused(scope, name, heads):
    contents = [FILE if "data" in head else "{}" for head in heads]
    parts = [
        (f"{DISPOSITION}; {head}", content) for head, content in zip(heads, contents, strict=True)
    ]
    assert f'there is a second part "{name}"' in refused(scope, parts)


def refused(scope, parts):
    tenant = tenant_of(scope)
    headers = {"content-type": "multipart/form-data; boundary=x"}
    response = tenant.request("POST", "/import", content=form(*parts), headers=headers)
    assert response.status_code == 400, response.text
    assert response.json()["detailCode"] == "400.1.3 Illegal value"
    assert tenant.export()["objects"] == []
    return response.json()["messages"][0]["text"]


@pytest.mark.parametrize(
    ("preview", "told"), [("true", True), ("True", True), ("false", False), ("False", False)]
)
def test_preview_is_read_in_any_case(scope, preview, told):
    tenant = tenant_of(scope)
    content = form((f'{DISPOSITION}; name="data"; filename="c.json"', FILE))
    imported(tenant, content, path=f"/import?preview={preview}")
    assert (tenant.export()["objects"] == []) == told


def test_a_preview_that_is_neither_is_refused(scope):
    response = tenant_of(scope).post_import(file(), preview="maybe")
    assert response.status_code == 400 and "preview" in response.text


@pytest.mark.parametrize(
    "head", [f'{DISPOSITION}; name="data"', f'{DISPOSITION}; name="data"; filename=""']
)
def test_a_form_without_a_file_is_told_so(scope, head):
    headers = {"content-type": "multipart/form-data; boundary=x"}
    response = tenant_of(scope).request(
        "POST", "/import", content=form((head, "")), headers=headers
    )
    assert response.status_code == 400
    assert response.json()["detailCode"] == "400.1.3 Illegal value"
    assert [message["text"] for message in response.json()["messages"]] == [
        "No files were supplied for import."
    ]
