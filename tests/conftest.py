"""What every suite needs: a deployment to talk to, and a scope of its own in it."""

import json
import os
import uuid

import httpx
import pytest

from support.host import OwnHost
from support.scope import Scope

URL = os.environ.get("PATCHBAY_URL", "http://127.0.0.1:3000").rstrip("/")
ADMIN_KEY = os.environ.get("PATCHBAY_ADMIN_KEY", "")


@pytest.fixture(scope="session")
def base_url():
    """Where the deployment under test answers."""
    return URL


@pytest.fixture(scope="session")
def admin_key():
    """The key that may do everything in it."""
    return ADMIN_KEY


@pytest.fixture(scope="session")
def anyone():
    """A client without a credential."""
    with httpx.Client(base_url=URL, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def admin():
    """A client with the admin key."""
    with httpx.Client(
        base_url=URL, timeout=60, headers={"Authorization": f"Bearer {ADMIN_KEY}"}
    ) as client:
        yield client


@pytest.fixture
def new_scope(admin):
    """Makes scopes, each with a key that may do everything in it."""
    made = []

    def make(**settings):
        scope = Scope.create(admin, f"t-{uuid.uuid4().hex[:20]}", settings)
        made.append(scope)
        return scope

    yield make
    for scope in made:
        scope.close()


@pytest.fixture
def scope(new_scope):
    """A scope of the test's own."""
    return new_scope()


@pytest.fixture(scope="session")
def routes():
    """The route table, as `cargo xtask routes` prints it."""
    path = os.environ.get("PATCHBAY_ROUTES")
    if not path:
        pytest.skip("PATCHBAY_ROUTES names no route table")
    with open(path, encoding="utf-8") as file:
        return json.load(file)


@pytest.fixture
def own_host(tmp_path):
    """Starts hosts of the test's own, which it may configure and kill. Only where the local host was built."""
    program = os.environ.get("PATCHBAY_HOST")
    if not program:
        pytest.skip("needs the local host, which this deployment is not")
    started = []

    def start(**options):
        host = OwnHost(program, tmp_path, **options)
        started.append(host)
        host.start()
        return host

    yield start
    for host in started:
        host.stop()
