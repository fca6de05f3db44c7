"""Somebody who follows a document: runs its commands in order, on a deployment of their own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from support.host import ROOT, OwnHost

# The address that documents give, which the deployment under test takes the place of.
ADDRESS = "127.0.0.1:3000"
BLOCK_SECONDS = 120
END_SECONDS = 30
ANY = "…"


class Failed(AssertionError):
    """A block that did not do what the document says."""


class Reader:
    """One document's: a folder to work in, a host, and the variables that blocks hand on."""

    def __init__(self, program, folder, seconds=BLOCK_SECONDS):
        self.seconds = seconds
        self.folder = folder / "work"
        self.environment = environment(folder)
        self.host = OwnHost(program, folder, variables={"encryption_key": "own-encryption-key"})
        self.served = None
        self.printed = ""
        self.state = folder / "variables"
        lay_out(self.folder, folder)

    def __enter__(self):
        self.host.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.host.stop()
        if self.served and self.served.poll() is None:
            os.killpg(self.served.pid, signal.SIGTERM)
            self.served.wait(END_SECONDS)

    def take(self, block):
        """Does what a block says."""
        text = block.text.replace(ADDRESS, f"127.0.0.1:{self.host.port}")
        if "file" in block.options:
            (self.folder / block.options["file"]).write_text(text, encoding="utf-8")
        elif "output" in block.options:
            self.compare(block.language, text)
        elif "serve" in block.options:
            self.serve(text)
        elif block.is_run:
            self.run(block, text)

    def run(self, block, text):
        if block.language == "python":
            command = [sys.executable, "-c", text]
        else:
            command = ["bash", "-c", f"set -aeuo pipefail\n{text}\nenv -0 > '{self.state}'"]
        status, printed, told = self.run_in_time(command)
        shown = f"{text}\n{printed}\n{told}"
        if "fails" in block.options:
            if status == 0:
                raise Failed(f"it succeeds, and the document says that it fails: {shown}")
            if f"error: {block.options['fails']}" not in told and block.options["fails"]:
                raise Failed(f"it does not fail with {block.options['fails']}: {shown}")
        elif status != 0:
            raise Failed(f"it ends with {status}: {shown}")
        elif block.language == "sh":
            self.environment = variables(self.state.read_bytes())
        self.printed = printed

    def run_in_time(self, command):
        """The status, the output and the errors of a command. One that does not end is ended, with all that it started."""
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            printed, told = process.communicate(timeout=self.seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGTERM)
            process.communicate()
            raise Failed(f"it does not end within {self.seconds} s: {command[-1]}") from error
        return process.returncode, printed, told

    def serve(self, text):
        """Starts what a document serves with, in place of what served before it and over the same data."""
        self.stop()
        keys = {
            f"SPIN_VARIABLE_{name.upper()}": value for name, value in self.host.variables.items()
        }
        at = f"--listen 127.0.0.1:{self.host.port} --state-dir '{self.host.folder}/state'"
        with open(self.host.folder / "serve.log", "ab") as log:
            self.served = subprocess.Popen(
                ["bash", "-c", f"set -euo pipefail\n{text.rstrip()} {at}"],
                cwd=self.folder,
                env={**keys, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.host.process = self.served
        self.host.wait_until_ready()
        self.host.process = None

    def compare(self, language, expected):
        if language == "json":
            try:
                printed = json.loads(self.printed)
            except ValueError as error:
                raise Failed(f"what was printed is not JSON: {self.printed}") from error
            difference = differs(json.loads(expected), printed)
        else:
            difference = None if same_text(expected, self.printed) else "the text"
        if difference:
            raise Failed(
                f"it prints otherwise ({difference}):\n{self.printed}\nand the document has:\n{expected}"
            )


def lay_out(work, folder):
    """A folder to work in, which has what stands at the root of the repository; curl fails as documents expect."""
    work.mkdir()
    for entry in Path(ROOT).iterdir():
        if not entry.name.startswith("."):
            (work / entry.name).symlink_to(entry)
    (folder / ".curlrc").write_text("fail-with-body\nmax-time = 60\n", encoding="utf-8")
    cargo = folder / "bin" / "cargo"
    cargo.parent.mkdir()
    real = shutil.which("cargo") or "cargo"
    cargo.write_text(
        f'#!/bin/sh\nif [ "$1" = xtask ]; then shift; exec "$PATCHBAY_XTASK" "$@"; fi\nexec {real} "$@"\n',
        encoding="utf-8",
    )
    cargo.chmod(0o755)


def environment(folder):
    """What a reader has: the admin key, and nothing of the tests' own but the xtask that runs them."""
    own = ("PATCHBAY_URL", "PATCHBAY_ADMIN_KEY", "PATCHBAY_ROUTES", "PATCHBAY_HOST")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in own and not name.startswith("PYTEST")
    }
    path = os.pathsep.join(
        [str(folder / "bin"), str(Path(sys.executable).parent), kept.get("PATH", "")]
    )
    return {
        **kept,
        "PATH": path,
        "KEY": OwnHost.admin_key,
        "CURL_HOME": str(folder),
        "KUBECONFIG": os.devnull,
    }


def variables(printed):
    """The variables that `env -0` printed."""
    entries = printed.decode().split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def differs(expected, actual, place="$"):
    """Where a document differs from what it shows; None where it does not."""
    if expected == ANY:
        return None
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            if name not in actual:
                return f"{place}.{name} is not there"
            found = differs(value, actual[name], f"{place}.{name}")
            if found:
                return found
        return None
    if isinstance(expected, list) and isinstance(actual, list):
        may_go_on = bool(expected) and expected[-1] == ANY
        shown = expected[:-1] if may_go_on else expected
        if len(actual) < len(shown) or (len(actual) > len(shown) and not may_go_on):
            return f"{place} has {len(actual)} entries"
        pairs = enumerate(zip(shown, actual, strict=False))
        return next(
            (
                found
                for at, (one, other) in pairs
                if (found := differs(one, other, f"{place}[{at}]"))
            ),
            None,
        )
    return (
        None
        if type(expected) is type(actual) and expected == actual
        else f"{place} is {json.dumps(actual)}"
    )


def same_text(expected, actual):
    """Whether a text is as a document shows it: `…` is anything in a line, and any lines where it stands alone."""
    pattern = ""
    for line in expected.rstrip().split("\n"):
        if line.strip() == ANY:
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split(ANY)) + r"[ \t]*\n"
    return re.fullmatch(pattern, actual.rstrip() + "\n") is not None
