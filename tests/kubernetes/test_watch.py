"""Watches see every change once and in order, whoever makes it."""

import json
import sqlite3
import threading
import time

from support.kubernetes import CLASSES, GROUP, connector


def names(events):
    return [(event["type"], event["object"]["metadata"].get("name")) for event in events]


def test_a_watch_begins_with_what_there_is_or_after_a_version(namespace):
    version = namespace.list()["metadata"]["resourceVersion"]
    namespace.create(connector("a"))
    namespace.patch("a", {"spec": {"address": "https://b"}})
    namespace.client.delete(f"{namespace.connectors}/a")
    namespace.create(connector("b"))
    after = list(namespace.watch(resourceVersion=version, timeoutSeconds=1))
    assert names(after) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a"), ("ADDED", "b")]
    versions = [int(event["object"]["metadata"]["resourceVersion"]) for event in after]
    assert versions == sorted(set(versions))
    assert names(namespace.watch(timeoutSeconds=1))[:1] == [("ADDED", "b")]


def test_what_leaves_a_selector_is_gone_for_its_watcher(namespace):
    version = namespace.list()["metadata"]["resourceVersion"]
    namespace.create(connector("a"))
    for labels in [{"x": "1"}, {"x": "1", "y": "2"}, {"x": None}]:
        namespace.patch("a", {"metadata": {"labels": labels}})
    events = list(namespace.watch(resourceVersion=version, labelSelector="x=1", timeoutSeconds=1))
    assert names(events) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
    assert (
        names(
            namespace.watch(
                resourceVersion=version, fieldSelector="metadata.name=z", timeoutSeconds=1
            )
        )
        == []
    )


def test_bookmarks_say_how_far_it_has_come(namespace):
    namespace.create(connector("a"))
    query = {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
    }
    events = list(namespace.watch(timeoutSeconds=1, **query))
    assert [event["type"] for event in events][:2] == ["ADDED", "BOOKMARK"]
    mark = events[1]["object"]
    assert (
        mark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
        and mark["kind"] == "Connector"
    )
    assert int(mark["metadata"]["resourceVersion"]) >= int(
        events[0]["object"]["metadata"]["resourceVersion"]
    )
    assert events[-1]["type"] == "BOOKMARK"
    assert (
        namespace.client.get(
            namespace.connectors, params={"watch": "true", "sendInitialEvents": "true"}
        ).status_code
        == 422
    )


def test_events_can_be_tables(namespace):
    namespace.create(connector("a"))
    namespace.create(connector("b"))
    headers = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    query = {"watch": "true", "timeoutSeconds": 1}
    lines = namespace.client.get(
        namespace.connectors, params=query, headers=headers
    ).text.splitlines()
    tables = [json.loads(line)["object"] for line in lines]
    assert [table["rows"][0]["cells"][0] for table in tables] == ["a", "b"]
    assert tables[0]["columnDefinitions"] and not tables[1]["columnDefinitions"]


def test_what_another_dialect_writes_is_seen_too(admin, namespace):
    name = f"class-{namespace.name}"
    version = admin.get(CLASSES).json()["metadata"]["resourceVersion"]
    assert (
        admin.put(f"/v1/scopes/default/classes/{name}", json={"description": "x"}).status_code
        == 201
    )
    assert admin.delete(f"/v1/scopes/default/classes/{name}").status_code == 204
    query = {
        "resourceVersion": version,
        "fieldSelector": f"metadata.name={name}",
        "timeoutSeconds": 1,
    }
    assert names(namespace.watch(CLASSES, **query)) == [("ADDED", name), ("DELETED", name)]


def test_eight_watchers_see_two_thousand_writes(namespace):
    version = namespace.list()["metadata"]["resourceVersion"]
    watchers, writers, writes = 8, 8, 2000
    seen = [[] for _ in range(watchers)]

    def watch(place):
        after = version
        while len(seen[place]) < writes:
            for event in namespace.watch(resourceVersion=after, timeoutSeconds=60):
                seen[place].append(event)
                after = event["object"]["metadata"]["resourceVersion"]
                if len(seen[place]) == writes:
                    return

    def write(number):
        client = namespace.scope.client_with(namespace.scope.key)
        name = f"c{number}"
        assert client.post(namespace.connectors, json=connector(name)).status_code == 201
        for count in range(writes // writers - 1):
            patch = json.dumps({"spec": {"address": f"https://{count}"}})
            headers = {"content-type": "application/merge-patch+json"}
            assert (
                client.patch(
                    f"{namespace.connectors}/{name}", content=patch, headers=headers
                ).status_code
                == 200
            )

    threads = [
        threading.Thread(target=watch, args=(place,), daemon=True) for place in range(watchers)
    ]
    threads += [
        threading.Thread(target=write, args=(number,), daemon=True) for number in range(writers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    expected = seen[0]
    assert len(expected) == writes
    versions = [int(event["object"]["metadata"]["resourceVersion"]) for event in expected]
    assert versions == sorted(set(versions))
    assert all(events == expected for events in seen)
    for number in range(writers):
        of_one = [
            event["object"]
            for event in expected
            if event["object"]["metadata"]["name"] == f"c{number}"
        ]
        assert [document["metadata"]["generation"] for document in of_one] == list(
            range(1, writes // writers + 1)
        )


def test_what_is_no_longer_kept_is_expired(own_host):
    host = own_host()
    with host.client() as admin:
        for number in range(3):
            assert (
                admin.post(
                    f"{GROUP}/namespaces/default/connectors", json=connector(f"c{number}")
                ).status_code
                == 201
            )
        with sqlite3.connect(host.folder / "state" / "sqlite_db.db") as database:
            newest = database.execute("SELECT max(revision) FROM revision").fetchone()[0]
            database.execute("DELETE FROM revision WHERE revision < ?", (newest,))
        query = {"watch": "true", "timeoutSeconds": "2", "resourceVersion": "1"}
        event = json.loads(
            admin.get(f"{GROUP}/namespaces/default/connectors", params=query).text.splitlines()[0]
        )
        assert event["type"] == "ERROR" and event["object"]["code"] == 410
        assert (
            event["object"]["reason"] == "Expired"
            and "too old resource version" in event["object"]["message"]
        )
        query = {"resourceVersion": "1", "resourceVersionMatch": "Exact"}
        assert admin.get(f"{GROUP}/namespaces/default/connectors", params=query).status_code == 410


def test_a_write_is_delivered_soon(namespace):
    arrived = threading.Event()

    def watch():
        for _ in namespace.watch(timeoutSeconds=30):
            arrived.set()
            return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    time.sleep(0.5)
    namespace.create(connector("a"))
    assert arrived.wait(20)
    thread.join(40)
