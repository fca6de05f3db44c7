"""Links to upload a document by, and imports of what is at a URL."""

import json
import urllib.parse

import httpx
import pytest
import yaml

from support.scope import Scope
from support.tool import endless, slow
from support.versori import OPENAPI, Organisation, fields

IMPORT = "/protocols/http/import"


def links(organisation, **query):
    answer = organisation.get("/protocols/http/upload-url", params=query)
    assert answer.keys() == {"uploadUrl", "url"} and answer["uploadUrl"] != answer["url"]
    return answer


def by_url(url, **members):
    return {"schemaURL": url, "format": "openapi", **members}


@pytest.mark.parametrize("print_", [json.dumps, yaml.safe_dump], ids=["json", "yaml"])
def test_what_is_uploaded_can_be_imported(either, anyone, print_):
    link = links(either)
    assert link["uploadUrl"].startswith(
        f"{str(anyone.base_url).rstrip('/')}{either.root.split('/o/')[0]}/"
    )
    uploaded = anyone.put(link["uploadUrl"], content=print_(OPENAPI))
    assert (uploaded.status_code, uploaded.content) == (200, b"")
    assert anyone.get(link["url"]).text == print_(OPENAPI)
    answer = either.post(IMPORT, by_url(link["url"]))
    assert answer["connector"]["name"] == "Pets"
    assert answer["connector"]["versions"][0]["name"] == "1.2.0"
    into = f"/connector/{answer['connector']['id']}/http/import"
    again = either.post(into, by_url(link["url"], version="2"))
    assert {one["name"] for one in again["connector"]["versions"]} == {"1.2.0", "2"}


def test_a_preview_imports_nothing(organisation, anyone):
    link = links(organisation)
    anyone.put(link["uploadUrl"], content=json.dumps(OPENAPI))
    preview = organisation.post(IMPORT, by_url(link["url"]), 200, params={"preview": "true"})
    assert preview["operation"] == "create" and preview["after"]["connector"]["name"] == "Pets"
    assert organisation.get("/connectors")["totalCount"] == 0


def test_a_repeated_import_is_answered_as_the_first_time(organisation, anyone):
    link = links(organisation)
    anyone.put(link["uploadUrl"], content=json.dumps(OPENAPI))
    first = organisation.post(IMPORT, by_url(link["url"]), headers={"Idempotency-Key": "one"})
    assert (
        organisation.post(IMPORT, by_url(link["url"]), headers={"Idempotency-Key": "one"}) == first
    )
    other = by_url("https://x.example.com")
    assert "Idempotency-Key" in fields(
        organisation.post(IMPORT, other, 400, headers={"Idempotency-Key": "one"})
    )


def test_a_link_can_be_used_once(organisation, anyone):
    link = links(organisation)
    anyone.put(link["uploadUrl"], content="first")
    refused = anyone.put(link["uploadUrl"], content="second")
    assert refused.status_code == 409 and "ask for another" in refused.json()["message"]
    assert anyone.get(link["url"]).text == "first"


def changed(url):
    """The link with another text in it."""
    head, _, signed = url.rpartition("/")
    at = signed.index(".") + 10
    return f"{head}/{signed[:at]}{'A' if signed[at] != 'A' else 'B'}{signed[at + 1 :]}"


def test_links_that_were_changed_are_refused(organisation, anyone):
    link = links(organisation)
    assert anyone.put(changed(link["uploadUrl"]), content="x").status_code == 403
    assert anyone.put(link["url"], content="x").status_code == 403, "what only reads does not write"
    assert anyone.get(link["uploadUrl"]).status_code == 403
    nothing = anyone.get(link["url"])
    assert nothing.status_code == 404 and nothing.json()["code"] == "404000"
    assert "schemaURL" in fields(organisation.post(IMPORT, by_url(changed(link["url"])), 400))
    assert "schemaURL" in fields(organisation.post(IMPORT, by_url(link["uploadUrl"]), 400))
    assert "uploaded" in fields(organisation.post(IMPORT, by_url(link["url"]), 400))["schemaURL"]


def test_links_are_of_one_organisation(organisation, new_scope, anyone):
    link = links(organisation)
    anyone.put(link["uploadUrl"], content=json.dumps(OPENAPI))
    error = Organisation(new_scope()).post(IMPORT, by_url(link["url"]), 400)
    assert "somebody else" in fields(error)["schemaURL"]


def test_what_was_said_of_an_upload_is_held_to(organisation, anyone):
    link = links(organisation, filename="a.json", content_type="application/json", content_length=4)
    wrong = anyone.put(link["uploadUrl"], content="12345", headers={"Content-Type": "text/plain"})
    assert wrong.status_code == 400 and fields(wrong.json()).keys() == {
        "Content-Type",
        "Content-Length",
    }
    right = anyone.put(
        link["uploadUrl"], content="1234", headers={"Content-Type": "application/json"}
    )
    assert right.status_code == 200
    error = organisation.get("/protocols/http/upload-url", 400, params={"content_length": "many"})
    assert "content_length" in fields(error)


def test_who_may_have_links(organisation, anyone):
    path = f"{organisation.root}/protocols/http/upload-url"
    assert anyone.get(path).status_code == 401
    reader = organisation.scope.client_with(organisation.scope.new_key("read")["key"])
    assert reader.get(path).status_code == 403
    organisation.get("/protocols/soap/upload-url", 404)


def test_too_large_an_upload(organisation, anyone):
    link = links(organisation)
    refused = anyone.put(link["uploadUrl"], content=b"x" * ((16 << 20) + 1))
    assert refused.status_code == 413 and refused.json()["code"] == "413000"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:1/openapi.json", "not public"),
        ("http://localhost/openapi.json", "not public"),
        ("http://[::1]/openapi.json", "not public"),
        ("http://0x7f.1/openapi.json", "not public"),
        ("http://169.254.169.254/latest/meta-data", "not public"),
        ("http://probe.spin.internal/v1/functions/probe/changes", "not public"),
        ("https://user:password@x.example.com/", "must not hold a user"),
        ("https://nothing.invalid/openapi.json", ""),
    ],
)
def test_where_imports_do_not_go(organisation, url, why):
    error = organisation.post(IMPORT, by_url(url), 400)
    assert "cannot be fetched" in fields(error)["schemaURL"] and why in fields(error)["schemaURL"]
    assert error["messages"]
    assert organisation.get("/connectors")["totalCount"] == 0


# A deployment of the test's own, which may reach this machine.


def test_what_is_at_a_url_can_be_imported(reaching, tool):
    tool.answer("/openapi.json", body=OPENAPI)
    tool.answer("/moved", 302, headers={"location": "/openapi.yaml"})
    tool.answer("/openapi.yaml", body=yaml.safe_dump(OPENAPI))
    for path, members in [
        ("/openapi.json", {}),
        ("/moved", {"filetype": "yaml"}),
        ("/openapi.json", {"filetype": "json"}),
    ]:
        assert (
            reaching.post(IMPORT, by_url(f"{tool.url}{path}", **members))["connector"]["name"]
            == "Pets"
        )
    assert all(request["method"] == "GET" for request in tool.requests)
    assert not any(
        name == "authorization" for request in tool.requests for name, _ in request["headers"]
    )


def test_what_is_no_document_at_a_url(reaching, tool):
    tool.answer("/none", 404)
    tool.answer("/away", 302, headers={"location": "http://169.254.169.254/"})
    tool.answer("/round", 302, headers={"location": "/round"})
    tool.answer("/text", body="a: b: c")
    tool.answer("/yaml", body=yaml.safe_dump(OPENAPI))
    tool.answer("/swagger", body={"swagger": "2.0", "info": {"title": "a"}})
    tool.answer("/endless", act=endless)
    tool.answer("/slow", act=slow)
    table = [
        ("/none", {}, "schemaURL", "404"),
        ("/away", {}, "schemaURL", "not public"),
        ("/round", {}, "schemaURL", "redirects"),
        ("/text", {}, "schemaURL", "neither JSON nor YAML"),
        ("/yaml", {"filetype": "json"}, "schemaURL", "not JSON"),
        ("/swagger", {}, "schemaURL.openapi", "must be 3"),
        ("/endless", {}, "schemaURL", "larger than 65536 bytes"),
        ("/slow", {}, "schemaURL", "no answer in time"),
    ]
    for path, members, field, why in table:
        error = reaching.post(IMPORT, by_url(f"{tool.url}{path}", **members), 400)
        assert why in fields(error)[field], error


def test_links_are_not_logged(own_host, tmp_path):
    host = own_host()
    organisation = Organisation(Scope.create(host.client(), "logged", {}))
    link = links(organisation)
    for method, url in [("PUT", "uploadUrl"), ("GET", "url"), ("DELETE", "url"), ("PUT", "url")]:
        httpx.request(method, link[url], content="x")
    httpx.get(f"{link['url']}/more")
    log = (tmp_path / "host.log").read_text()
    assert "/uploads/signed" in log
    for url in link.values():
        assert url.rpartition("/")[2] not in log


def test_links_lead_to_where_a_trusted_proxy_says(own_host):
    host = own_host(variables={"trust_forwarded": "true"})
    scope = Scope.create(host.client(), "behind", {})
    organisation = Organisation(scope)
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "patchbay.example"}
    link = organisation.get("/protocols/http/upload-url", headers=forwarded)
    for url in link.values():
        assert url.startswith("https://patchbay.example/uploads/")
    path = urllib.parse.urlsplit(link["uploadUrl"]).path
    assert httpx.put(f"{host.url}{path}", content=json.dumps(OPENAPI)).status_code == 200
    assert organisation.post(IMPORT, by_url(link["url"]))["connector"]["name"] == "Pets"
    scope.close()
