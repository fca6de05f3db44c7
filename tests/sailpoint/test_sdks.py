"""The official SDKs, unmodified: PyPI `sailpoint` 1.x and 2.x, npm `sailpoint-api-client`."""

import json
import os
import subprocess
import sys

import pytest

from support.sailpoint import config, file, reference

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CLIENTS = os.path.join(HERE, "clients")


@pytest.fixture(scope="session")
def python_with():
    """An interpreter that has one version of the SDK: both have the same name, so each needs its own environment."""

    def interpreter(version):
        place = os.path.join(ROOT, "target", f"sailpoint-{version}")
        python = os.path.join(place, "bin", "python")
        if not os.path.exists(python):
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"sailpoint=={version}"]
        subprocess.run(install, check=True)
        return python

    return interpreter


@pytest.fixture
def arguments(scope, base_url, tmp_path):
    """What a client needs: where, as whom, and a file."""
    key = scope.new_key("read", "write")
    content = file(
        config("IDENTITY_PROFILE", "p", "p", {"authoritativeSource": reference("SOURCE", "s", "AD")}),
        config("SOURCE", "s", "AD", {"connector": "active-directory", "connectorAttributes": {"password": "x"}}),
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
    assert (told["types"], told["imported"], told["exported"], told["objects"]) == (25, "FAILED", "COMPLETE", 1)
    results = told["results"]
    assert results["exportJobId"]
    assert [object["id"] for object in results["results"]["SOURCE"]["importedObjects"]] == ["s"]
    assert results["results"]["SOURCE"]["errors"] and results["results"]["ROLE"]["warnings"]


@pytest.mark.parametrize("version", ["beta", "v2024", "v2025"])
def test_python_1(python_with, arguments, version):
    check(run([python_with("1.4.2"), os.path.join(CLIENTS, "v1.py"), version, *arguments]))


def test_python_2(python_with, arguments):
    told = run([python_with("2.1.72"), os.path.join(CLIENTS, "v2.py"), *arguments])
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
