"""A host of a test's own."""

import os
import signal
import socket
import subprocess
import time

import httpx

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
START_SECONDS = 120


class OwnHost:
    """The local host with its own data, which survives being killed."""

    admin_key = "own-admin-key"

    def __init__(self, program, folder, variables=None, arguments=(), scheme="http", verify=True):
        self.program = program
        self.folder = folder
        self.variables = {"admin_key": self.admin_key, **(variables or {})}
        self.arguments = list(arguments)
        self.verify = verify
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        environment = {
            f"SPIN_VARIABLE_{name.upper()}": value for name, value in self.variables.items()
        }
        command = [self.program, "--from", "spin.toml", "--listen", f"127.0.0.1:{self.port}"]
        command += ["--state-dir", str(self.folder / "state"), *self.arguments]
        with open(self.folder / "host.log", "ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.wait_until_ready()

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the host ended, see {self.folder}/host.log"
            try:
                if httpx.get(f"{self.url}/readyz", verify=self.verify).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the host does not answer, see {self.folder}/host.log")

    def client(self, key=None):
        headers = {"Authorization": f"Bearer {key or self.admin_key}"}
        return httpx.Client(base_url=self.url, timeout=60, headers=headers, verify=self.verify)

    def kill(self):
        """As a power cut would: nothing is finished, nothing is flushed."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)
