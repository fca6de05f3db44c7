"""The snippets of the published page, run as printed, where the page and their languages are at hand.

Those in C#, PHP and Swift are not run: Debian has neither their compilers nor the library that the one in PHP asks for."""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import urllib.parse

import pytest

TESTS = pathlib.Path(__file__).parent.parent
NAME = "pingone-create-connector-instance.txt"
JARS = [pathlib.Path("/usr/share/java") / name for name in ("okhttp.jar", "okio.jar")]

# What a fragment of a program is put into, so that it runs and what it is answered is seen.
JAVA = """
import okhttp3.*;

class Snippet {
    public static void main(String[] arguments) throws Exception {
        SNIPPET
        System.out.println(response.body().string());
    }
}
"""
JQUERY = """
const { JSDOM } = require("jsdom");
const $ = require("jquery")(new JSDOM("", { url: "URL" }).window);
console.log = (answer) => process.stdout.write(JSON.stringify(answer));
SNIPPET
"""


def page():
    """The published page, which lies beside the repository and not in it."""
    for folder in TESTS.parents:
        file = folder / "shared" / "seeds" / NAME
        if file.exists():
            return file.read_text(encoding="utf-8")
    pytest.skip(f"{NAME} is not beside the repository")


def run(*command):
    done = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def needs(*programs, modules=(), files=()):
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    for file in [*files, *(TESTS / "node_modules" / module for module in modules)]:
        if not file.exists():
            pytest.skip(f"there is no {file.name}")


def curl(snippet, _url, _folder):
    needs("curl", "bash")
    return run("bash", "-c", snippet)


def go(snippet, _url, folder):
    needs("go")
    (folder / "main.go").write_text(snippet)
    return run("go", "run", str(folder / "main.go"))


def http(snippet, url, _folder):
    """As a client sends what it is given in this form: with the length of the body, in the line ends of HTTP."""
    head, _, body = snippet.strip().partition("\n\n")
    lines = [*head.splitlines(), f"Content-Length: {len(body)}", "Connection: close", "", ""]
    address = urllib.parse.urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall("\r\n".join(lines).encode() + body.encode())
        with connection.makefile("rb") as answer:
            return answer.read().decode().partition("\r\n\r\n")[2]


def java(snippet, _url, folder):
    needs("java", "javac", files=JARS)
    (folder / "Snippet.java").write_text(JAVA.replace("SNIPPET", snippet))
    return run("java", "-cp", ":".join(map(str, JARS)), str(folder / "Snippet.java"))


def jquery(snippet, url, _folder):
    needs("node", modules=["jsdom", "jquery"])
    return run("node", "-e", JQUERY.replace("URL", url).replace("SNIPPET", snippet))


def node(snippet, _url, _folder):
    needs("node", modules=["request"])
    return run("node", "-e", snippet)


def python(snippet, _url, _folder):
    return run(sys.executable, "-c", snippet)


def ruby(snippet, _url, _folder):
    needs("ruby")
    return run("ruby", "-e", snippet)


# What runs a snippet, how it begins, and how the next one does.
SNIPPETS = {
    curl: ("curl --location", "var options"),
    go: ("package main", "POST /environments"),
    http: ("POST /environments/{{envID}}/connectorInstances HTTP/1.1", "OkHttpClient"),
    java: ("OkHttpClient client", "var settings"),
    jquery: ("var settings", "var request"),
    node: ("var request = require('request');", "import requests"),
    python: ("import requests", "<?php"),
    ruby: ('require "uri"', "let parameters"),
}


@pytest.mark.parametrize("version", ["/v1", ""])
@pytest.mark.parametrize("runner", SNIPPETS)
def test_a_snippet_runs_as_printed(environment, tmp_path, runner, version):
    begin, end = SNIPPETS[runner]
    snippet = begin + page().partition(begin)[2].partition(end)[0]
    url = str(environment.client.base_url).rstrip("/")
    if runner is http and (version or not url.startswith("http:")):
        pytest.skip("the path is in the snippet, and it is sent in the clear")
    for placeholder, value in {
        "{{apiPath}}": url.removeprefix("http://") if runner is http else f"{url}{version}",
        "{{envID}}": environment.id,
        "{{accessToken}}": environment.scope.key,
    }.items():
        snippet = snippet.replace(placeholder, value)
    answer = json.loads(runner(snippet, url, tmp_path))
    assert environment.list() == [answer]
