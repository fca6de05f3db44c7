"""Namespaces to test in, and kubectl against a host of our own."""

import os
import shutil
import uuid

import httpx
import pytest

from support.host import OwnHost
from support.kubernetes import Kubectl, Namespace
from support.scope import Scope


@pytest.fixture
def namespace(scope):
    """A namespace of the test's own, and a client that may do everything in it."""
    return Namespace(scope)


@pytest.fixture(scope="session")
def open_host(tmp_path_factory):
    """A host that lets callers in without a key, since kubectl sends none over plain http."""
    program = os.environ.get("PATCHBAY_HOST")
    if not program:
        pytest.skip("needs the local host, which this deployment is not")
    host = OwnHost(program, tmp_path_factory.mktemp("open-host"), variables={"anonymous": "write"})
    host.start()
    yield host
    host.stop()


@pytest.fixture
def open_scope(open_host):
    """A scope in it."""
    with open_host.client() as admin:
        yield Scope.create(admin, f"t-{uuid.uuid4().hex[:20]}", {})


@pytest.fixture(scope="session")
def kubectl_program():
    """Where kubectl is."""
    program = os.environ.get("KUBECTL") or shutil.which("kubectl")
    if not program:
        pytest.skip("there is no kubectl")
    return program


@pytest.fixture
def kubectl(kubectl_program, open_host, open_scope, tmp_path, tmp_path_factory):
    """kubectl in a namespace of the test's own."""
    cache = tmp_path_factory.getbasetemp() / "kubectl-cache"
    return Kubectl(kubectl_program, tmp_path, open_host.url, open_scope.name, cache)


@pytest.fixture
def open_client(open_host):
    """A client of that host without a key."""
    with httpx.Client(base_url=open_host.url, timeout=60) as client:
        yield client
