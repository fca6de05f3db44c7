"""Imports: preview, backup, references, order, matching, what is told of failures."""

import json

from support import privacera
from support.sailpoint import config, file, reference, tenant_of, texts


def source(id, name, **object):
    attributes = {"url": "https://tool.example.com", "port": 636}
    return config(
        "SOURCE",
        id,
        name,
        {"connector": "active-directory", "connectorAttributes": attributes, **object},
    )


def profile(id, wanted):
    return config("IDENTITY_PROFILE", id, id, {"authoritativeSource": wanted})


def test_a_preview_tells_and_changes_nothing(scope):
    tenant = tenant_of(scope)
    before = tenant.export()["objects"]
    content = file(profile("p", reference("SOURCE", "s", "other")), source("s", "AD"))
    job, results = tenant.run_import(content, preview="true")
    assert (job["status"], job["message"]) == ("COMPLETE", "Download import results for details.")
    assert "exportJobId" not in results
    for kind, id, name in [("SOURCE", "s", "AD"), ("IDENTITY_PROFILE", "p", "p")]:
        assert f"Object to be imported: [{id}, {name}]" in texts(results, kind, "infos")
        assert results["results"][kind]["importedObjects"] == []
    assert any("resolved by id" in text for text in texts(results, "IDENTITY_PROFILE", "infos"))
    assert any("created" in text for text in texts(results, "SOURCE", "infos"))
    assert tenant.export()["objects"] == before

    tenant.run_import(content)
    _, results = tenant.run_import(content, preview="true")
    assert any("as it is in the file" in text for text in texts(results, "SOURCE", "infos"))
    _, results = tenant.run_import(file(source("s", "AD", description="new")), preview="true")
    assert any("/object/description" in text for text in texts(results, "SOURCE", "infos"))


def test_every_message_has_what_the_sdks_need(scope):
    content = file(
        source("s", "AD"),
        profile("p", reference("SOURCE", "none", "none")),
        config("ROLE", "r", "r"),
    )
    for preview in ("true", "false"):
        _, results = tenant_of(scope).run_import(content, preview=preview)
        for result in results["results"].values():
            assert set(result) == {"infos", "warnings", "errors", "importedObjects"}
            for message in result["infos"] + result["warnings"] + result["errors"]:
                assert isinstance(message["key"], str) and isinstance(message["text"], str)
                assert message["details"] == {}


def test_the_backup_is_what_was_there_and_imports_again(scope):
    tenant = tenant_of(scope)
    tenant.run_import(file(source("s", "AD", description="old")))
    _, results = tenant.run_import(file(source("s", "AD", description="new")))
    backup = tenant.download_export(results["exportJobId"])
    assert [object["object"]["description"] for object in backup["objects"]] == ["old"]
    _, results = tenant.run_import(backup, {"excludeBackup": True})
    assert "exportJobId" not in results
    assert tenant.export()["objects"] == backup["objects"]


def test_what_cannot_be_resolved_fails_alone(scope):
    tenant = tenant_of(scope)
    lost = source("bad", "bad", accountCorrelationRule=reference("RULE", "7", "none"))
    job, results = tenant.run_import(
        file(lost, profile("p", reference("SOURCE", "bad")), source("good", "good"))
    )
    assert job["status"] == "FAILED"
    assert job["message"].startswith(
        "Import halted because of errors. Download results for error details."
    )
    wanted = "Unable to resolve reference for object [type: RULE, id: 7, name: none]"
    errors = results["results"]["SOURCE"]["errors"]
    assert {"key": "UNKNOWN_REFERENCE_RESOLVER", "text": wanted, "details": {}} in errors
    assert any(
        text.startswith("There was an error importing 'SOURCE' with name 'bad' and id 'bad'")
        for text in texts(results, "SOURCE", "errors")
    )
    assert texts(results, "IDENTITY_PROFILE", "errors")
    assert results["results"]["SOURCE"]["importedObjects"] == [reference("SOURCE", "good", "good")]
    assert [object["self"]["id"] for object in tenant.export()["objects"]] == ["good"]


def test_defaults_stand_in_in_both_forms(scope):
    tenant = tenant_of(scope)
    owned = source("s", "AD", owner=reference("IDENTITY", "7", "nobody"))
    lost = profile("p", reference("SOURCE", "none", "none"))
    defaults = ["SOURCE", reference("IDENTITY", "1", "admin")]
    job, _ = tenant.run_import(file(owned, lost), {"defaultReferences": defaults})
    assert job["status"] == "COMPLETE"
    exported = {object["self"]["id"]: object["object"] for object in tenant.export()["objects"]}
    assert exported["s"]["owner"] == reference("IDENTITY", "1", "admin")
    assert exported["p"]["authoritativeSource"] == reference("SOURCE", "s", "AD")


def test_identities_are_kept_as_they_are_with_a_warning(scope):
    tenant, owner = tenant_of(scope), reference("IDENTITY", "7", "somebody")
    owned = source("s", "AD", owner=owner)
    subscription = config("TRIGGER_SUBSCRIPTION", "t", "t", {"owner": owner})
    for preview, defaults in [("true", []), ("false", []), ("false", ["IDENTITY"])]:
        job, results = tenant.run_import(
            file(owned, subscription), {"defaultReferences": defaults}, preview
        )
        assert job["status"] == "COMPLETE"
        for kind in ("SOURCE", "TRIGGER_SUBSCRIPTION"):
            assert results["results"][kind]["errors"] == []
            warning = results["results"][kind]["warnings"][0]
            assert (warning["key"], warning["details"]) == ("UNRESOLVED_IDENTITY", {})
            assert (
                "$.owner" in warning["text"]
                and "[type: IDENTITY, id: 7, name: somebody]" in warning["text"]
            )
    assert {object["object"]["owner"]["id"] for object in tenant.export()["objects"]} == {"7"}


def test_an_ambiguous_default_says_that_there_are_two(scope):
    content = file(
        source("1", "one"), source("2", "two"), profile("p", reference("SOURCE", "none", "none"))
    )
    job, results = tenant_of(scope).run_import(content, {"defaultReferences": ["SOURCE"]})
    assert job["status"] == "FAILED"
    told = " ".join(texts(results, "IDENTITY_PROFILE", "errors"))
    assert (
        "SOURCE is ambiguous" in told
        and "there are two" in told
        and "[1, one] and [2, two]" in told
    )


def test_a_tenant_that_takes_no_secrets_refuses_the_object_that_brings_one(new_scope):
    tenant = tenant_of(new_scope(secretStore="kubernetes"))
    secret = source("s", "AD", connectorAttributes={"password": "hunter2-very-secret"})
    job, results = tenant.run_import(file(secret, source("t", "other")))
    assert job["status"] == "FAILED"
    assert any(
        "$.connectorAttributes.password must be a reference" in text
        for text in texts(results, "SOURCE", "errors")
    )
    assert [object["self"]["id"] for object in tenant.export()["objects"]] == ["t"]


def test_cycles_end(scope):
    one = source("1", "one", accountCorrelationRule=reference("SOURCE", "2"))
    two = source("2", "two", accountCorrelationRule=reference("SOURCE", "1"))
    job, results = tenant_of(scope).run_import(file(one, two))
    assert (job["status"], len(results["results"]["SOURCE"]["importedObjects"])) == ("COMPLETE", 2)


def test_objects_are_found_by_id_then_by_name(scope):
    tenant = tenant_of(scope)
    tenant.run_import(file(source("1", "one"), source("2", "two")))
    _, results = tenant.run_import(
        file(source("1", "renamed"), source("9", "two", description="d"))
    )
    imported = results["results"]["SOURCE"]["importedObjects"]
    assert (
        reference("SOURCE", "1", "renamed") in imported
        and reference("SOURCE", "2", "two") in imported
    )
    exported = {object["self"]["id"]: object for object in tenant.export()["objects"]}
    assert set(exported) == {"1", "2"}
    assert exported["2"]["object"]["description"] == "d"


def test_only_what_is_chosen_is_imported(scope):
    tenant = tenant_of(scope)
    content = file(
        source("1", "one"), source("2", "two"), source("3", "three"), config("TRANSFORM", "t", "t")
    )
    chosen = {"SOURCE": {"includedIds": ["1"], "includedNames": ["two"]}}
    tenant.run_import(
        content, {"includeTypes": ["SOURCE"], "excludeTypes": ["SOURCE"], "objectOptions": chosen}
    )
    assert [object["self"]["id"] for object in tenant.export()["objects"]] == ["1", "2"]
    tenant.run_import(content, {"excludeTypes": ["SOURCE"]})
    assert [
        object["self"]["id"] for object in tenant.export(includeTypes=["TRANSFORM"])["objects"]
    ] == ["t"]
    exported = tenant.export(objectOptions={"SOURCE": {"includedNames": ["one"]}})
    assert [object["self"]["id"] for object in exported["objects"]] == ["1", "t"]
    assert exported["options"] == {
        "excludeTypes": [],
        "includeTypes": [],
        "objectOptions": {"SOURCE": {"includedNames": ["one"]}},
    }


def test_signed_objects_stay_as_they_are(scope):
    tenant = tenant_of(scope)
    rule = config(
        "RULE",
        "r",
        "rule",
        {"sourceCode": {"script": "return 1;"}},
        jwsHeader="h",
        jwsSignature="s",
    )
    job, _ = tenant.run_import(file(rule))
    assert job["status"] == "COMPLETE"
    assert tenant.export()["objects"] == [rule]
    unsigned = config("RULE", "u", "unsigned")
    tampered = {**rule, "object": {**rule["object"], "sourceCode": {"script": "return 2;"}}}
    job, results = tenant.run_import(file(unsigned, tampered))
    assert (job["status"], len(results["results"]["RULE"]["errors"])) == ("FAILED", 2)
    assert tenant.export()["objects"] == [rule]


def test_secrets_are_never_told(scope):
    tenant = tenant_of(scope)
    secret = "hunter2-very-secret"
    attributes = {
        "password": secret,
        "deep": [{"clientSecret": secret}],
        "pin": secret,
        "encrypted": "pin",
    }
    content = file(source("s", "AD", connectorAttributes=attributes))
    for preview in ("true", "false"):
        _, results = tenant.run_import(content, preview=preview)
        assert secret not in str(results)
    exported = tenant.export()
    assert secret not in str(exported)
    shown = exported["objects"][0]["object"]["connectorAttributes"]
    assert (shown["password"], shown["deep"], shown["pin"]) == (
        "******",
        [{"clientSecret": "******"}],
        "******",
    )
    tenant.run_import(exported)
    assert tenant.export()["objects"] == exported["objects"]


def test_an_export_imported_elsewhere_and_exported_again_is_equal(new_scope):
    one, two = tenant_of(new_scope()), tenant_of(new_scope())
    rule = config("RULE", "r", "rule", jwsHeader="h", jwsSignature="s")
    objects = [
        rule,
        config("TRANSFORM", "t", "lower", {"type": "lower", "attributes": {"input": None}}),
    ]
    objects += [source(f"s{n}", f"name {n // 2}") for n in range(40)]
    objects += [profile(f"p{n}", reference("SOURCE", f"s{n}")) for n in range(40)]
    one.run_import(file(*objects))
    exported = one.export()
    assert len(exported["objects"]) == 82
    job, _ = two.run_import(exported)
    assert job["status"] == "COMPLETE"
    assert two.export()["objects"] == exported["objects"]


def test_connectors_of_other_dialects_are_exported_and_come_back(scope, new_scope):
    response = privacera.post(scope.client, privacera.document(name="warehouse"))
    assert response.status_code == 201, response.text
    exported = tenant_of(scope).export()
    assert [object["self"]["name"] for object in exported["objects"]] == ["warehouse"]
    other = new_scope()
    job, _ = tenant_of(other).run_import(exported)
    assert job["status"] == "COMPLETE"
    # Where it is imported its secrets are still to be set.
    again = json.dumps(tenant_of(other).export()["objects"])
    assert again == json.dumps(exported["objects"]).replace('"******"', '""')
    moved = privacera.export(other.client, "warehouse")
    assert moved.status_code == 200
    # A file has numbers and switches as such, which rows had as text.
    whole = privacera.export(scope.client, "warehouse").json()
    assert as_texts(moved.json()) == as_texts(whole)


def as_texts(export):
    """The rows of an export by application and name, as text, without masks."""
    return {
        (application["appType"], row["name"]): str(row["value"]).lower().replace("******", "")
        for application in export["applications"]
        for row in (*application["appConfigs"], *application["deployConfigs"])
    }


def test_a_file_of_50_000_objects_is_imported(scope):
    tenant = tenant_of(scope)
    description = "Everybody whom this directory knows. " * 5
    objects = [
        config("TRANSFORM", f"transform-{n}", f"Transform {n}", {"description": description})
        for n in range(50_000)
    ]
    content = json.dumps(file(*objects))
    assert len(content) > 16 << 20
    job, results = tenant.run_import(content, {"excludeBackup": True})
    assert job["status"] == "COMPLETE"
    assert len(results["results"]["TRANSFORM"]["importedObjects"]) == 50_000


def test_the_members_of_a_cycle_are_imported_together_or_not_at_all(scope):
    tenant = tenant_of(scope)
    one = source("1", "one", accountCorrelationRule=reference("SOURCE", "2"))
    two = source(
        "2",
        "two",
        accountCorrelationRule=reference("SOURCE", "1"),
        owner=reference("RULE", "7", "none"),
    )
    job, results = tenant.run_import(file(one, two, source("3", "three")))
    assert job["status"] == "FAILED"
    assert results["results"]["SOURCE"]["importedObjects"] == [reference("SOURCE", "3", "three")]
    told = texts(results, "SOURCE", "errors")
    assert any(
        "'one' and id '1': it is in a cycle of references with SOURCE [2, two]" in text
        for text in told
    )
    assert [object["self"]["id"] for object in tenant.export()["objects"]] == ["3"]
    del two["object"]["owner"]
    job, _ = tenant.run_import(file(one, two))
    assert job["status"] == "COMPLETE" and len(tenant.export()["objects"]) == 3


def test_jobs_at_the_same_time_do_not_corrupt_each_other(scope):
    tenant = tenant_of(scope)
    content = file(*[source(f"s{n}", f"n{n}") for n in range(600)])
    jobs = [tenant.post_import(content).json()["jobId"] for _ in range(4)]
    for id in jobs:
        assert tenant.ended("import", id)["status"] == "COMPLETE"
    ids = [object["self"]["id"] for object in tenant.export()["objects"]]
    assert sorted(ids) == sorted(f"s{n}" for n in range(600))
