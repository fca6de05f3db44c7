"""The snippets of the published page, run as printed, where the page and their languages are at hand."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).parent.parent
NAME = "pingone-create-connector-instance.txt"

# By language: how a snippet begins, how the next one begins, and what runs it.
SNIPPETS = {
    "curl": ("curl --location", "var options", ["bash", "-c"]),
    "node": ("var request = require('request');", "import requests", ["node", "-e"]),
    "python": ("import requests", "<?php", [sys.executable, "-c"]),
    "ruby": ('require "uri"', "let parameters", ["ruby", "-e"]),
}


def page():
    """The published page, which lies beside the repository and not in it."""
    for folder in TESTS.parents:
        file = folder / "shared" / "seeds" / NAME
        if file.exists():
            return file.read_text(encoding="utf-8")
    pytest.skip(f"{NAME} is not beside the repository")


@pytest.mark.parametrize("version", ["/v1", ""])
@pytest.mark.parametrize("language", SNIPPETS)
def test_a_snippet_runs_as_printed(environment, language, version):
    begin, end, program = SNIPPETS[language]
    text = page()
    if not shutil.which(program[0]):
        pytest.skip(f"{program[0]} is not installed")
    if language == "node" and not (TESTS / "node_modules" / "request").exists():
        pytest.skip("npm install was not run in tests")
    snippet = begin + text.partition(begin)[2].partition(end)[0]
    for placeholder, value in {
        "{{apiPath}}": f"{str(environment.client.base_url).rstrip('/')}{version}",
        "{{envID}}": environment.id,
        "{{accessToken}}": environment.scope.key,
    }.items():
        snippet = snippet.replace(placeholder, value)
    run = subprocess.run([*program, snippet], cwd=TESTS, env=os.environ, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert environment.list() == [json.loads(run.stdout)]
