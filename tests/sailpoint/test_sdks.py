"""The official SDKs, unmodified: PyPI `sailpoint` 1.x and 2.x, npm `sailpoint-api-client`."""

import json
import os
import subprocess

import pytest

from support.sailpoint import config, file, reference

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CLIENTS = os.path.join(HERE, "clients")


def python_with(major):
    """The interpreter of the environment that has one version of the SDK: both have the same name, so each has its own."""
    place = os.environ.get("PATCHBAY_ENVIRONMENTS")
    if not place:
        pytest.skip("PATCHBAY_ENVIRONMENTS names no folder of Python environments")
    return os.path.join(place, f"sailpoint-{major}", "bin", "python")


@pytest.fixture
def arguments(scope, base_url, tmp_path):
    """What a client needs: where, as whom, and a file."""
    key = scope.new_key("read", "write")
    content = file(
        config(
            "IDENTITY_PROFILE", "p", "p", {"authoritativeSource": reference("SOURCE", "s", "AD")}
        ),
        config(
            "SOURCE",
            "s",
            "AD",
            {"connector": "active-directory", "connectorAttributes": {"password": "x"}},
        ),
        config("SOURCE", "t", "lost", {"accountCorrelationRule": reference("RULE", "7", "none")}),
        config("ROLE", "r", "role"),
    )
    path = tmp_path / "config.json"
    path.write_text(json.dumps(content))
    return [base_url, key["id"], key["secret"], str(path)]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def check(told):
    assert (told["types"], told["imported"], told["exported"], told["objects"]) == (
        25,
        "FAILED",
        "COMPLETE",
        1,
    )
    results = told["results"]
    assert results["exportJobId"]
    assert [object["id"] for object in results["results"]["SOURCE"]["importedObjects"]] == ["s"]
    assert results["results"]["SOURCE"]["errors"] and results["results"]["ROLE"]["warnings"]


@pytest.mark.parametrize("version", ["beta", "v2024", "v2025"])
def test_python_1(arguments, version):
    check(run([python_with(1), os.path.join(CLIENTS, "v1.py"), version, *arguments]))


def test_python_2(arguments):
    told = run([python_with(2), os.path.join(CLIENTS, "v2.py"), *arguments])
    check(told)
    assert told["previewed"] == "COMPLETE"
    assert told["preview"]["results"]["SOURCE"]["infos"]


@pytest.mark.parametrize("version", ["beta", "v2024"])
def test_node(arguments, version):
    environment = {**os.environ, "NODE_PATH": os.path.join(ROOT, "tests", "node_modules")}
    command = ["node", os.path.join(CLIENTS, "node.mjs"), version, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr
    check(json.loads(done.stdout.splitlines()[-1]))
