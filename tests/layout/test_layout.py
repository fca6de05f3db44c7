"""The layout of the repository: what may depend on what, and how large a piece may be (docs/architecture.md)."""

import re
import tomllib

import pytest

from support import modules
from support.modules import ROOT

# What a crate of each layer may use. Arrows point down only.
HUB = {"hub"}
DIALECT = HUB | {"api"}
DIALECTS = {"admin", "privacera", "pingone", "kubernetes", "sailpoint", "versori", "sixth"}
ALLOWED = {
    "hub": set(),
    "merge": set(),
    "api": HUB,
    "prober": HUB,
    "store": HUB,
    **dict.fromkeys(DIALECTS, DIALECT),
    "registry": DIALECT | DIALECTS,
    "jobs": DIALECT | {"store", "merge"},
    "app": DIALECT | {"registry", "store", "jobs", "prober", "merge"},
    "gateway": DIALECT | {"registry", "store", "jobs", "prober", "app"},
}
LAYERS = set(ALLOWED)
FUNCTIONS = ("import", "export", "update", "probe")


def manifest(folder):
    return tomllib.loads((folder / "Cargo.toml").read_text())


def library(folder):
    return manifest(folder).get("lib", {}).get("name", folder.name)


@pytest.mark.parametrize(
    "folder", modules.crates(), ids=lambda folder: str(folder.relative_to(ROOT))
)
def test_no_two_files_use_each_other_in_a_circle(folder):
    assert modules.circles(modules.uses(folder)) == []


def test_a_circle_would_be_found():
    a, b, c = (ROOT / name for name in "abc")
    assert modules.circles({a: {b}, b: {c}, c: {a}}) == [["a", "b", "c"]]
    assert modules.circles({a: {b}, b: {c}, c: set()}) == []


@pytest.mark.parametrize(
    "folder", modules.crates(), ids=lambda folder: str(folder.relative_to(ROOT))
)
def test_arrows_point_down(folder):
    name = library(folder)
    used = set(manifest(folder).get("dependencies", {})) & LAYERS
    if name in ALLOWED:
        assert used <= ALLOWED[name]
    if folder.parent.name == "components" and folder.name in FUNCTIONS:
        assert used <= {"gateway", "hub"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_a_handler_and_its_wiring(function):
    files = list((ROOT / "components" / function / "src").rglob("*.rs"))
    assert sum(len(file.read_text().splitlines()) for file in files) <= 40


def test_only_the_registry_names_dialects():
    named = re.compile(rf"\b({'|'.join(DIALECTS)})::")
    for folder in modules.crates():
        if library(folder) not in LAYERS - DIALECTS - {"registry"}:
            continue
        for file in (folder / "src").rglob("*.rs"):
            assert not named.search(modules.source(file)), file.relative_to(ROOT)


def test_what_we_know_is_in_the_repository():
    cited = re.compile(r"(?<![\w/])(?:reference/\w+\.md|seeds/\w)")
    for pattern in (
        "crates/**/*.rs",
        "components/**/*.rs",
        "bench/**/*.rs",
        "**/*.sql",
        "wit/*.wit",
        "docs/**/*.md",
    ):
        for file in ROOT.glob(pattern):
            if "target" not in file.parts:
                assert not cited.search(file.read_text()), file.relative_to(ROOT)
