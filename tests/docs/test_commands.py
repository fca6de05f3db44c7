"""The documents, followed as a reader would: every command in them is run, and every link leads somewhere."""

import os
import shutil
from pathlib import Path

import pytest

from support import markdown
from support.host import ROOT
from support.reader import Failed, Reader

PLACES = sorted([*Path(ROOT).glob("*.md"), *Path(ROOT).glob("docs/**/*.md")])
NAMES = [str(place.relative_to(ROOT)) for place in PLACES]


@pytest.fixture(params=NAMES)
def document(request):
    """A document: its path from the root of the repository."""
    return request.param


def text_of(name):
    return (Path(ROOT) / name).read_text(encoding="utf-8")


@pytest.fixture
def reader(tmp_path):
    program = os.environ.get("PATCHBAY_HOST")
    if not program:
        pytest.skip("needs the local host, which this deployment is not")
    with Reader(program, tmp_path) as reader:
        yield reader


def test_commands(document, request):
    blocks = list(markdown.blocks(text_of(document)))
    if not any(block.is_run for block in blocks):
        return
    reader = request.getfixturevalue("reader")
    missing = []
    for block in blocks:
        if not shutil.which(block.options.get("needs", "sh")):
            missing.append(block.options["needs"])
            continue
        try:
            reader.take(block)
        except Failed as failure:
            pytest.fail(f"{document}:{block.line}: {failure}", pytrace=False)
    if missing:
        pytest.skip(f"the rest is right; not installed: {', '.join(missing)}")


def test_blocks_are_marked_as_agreed(document):
    for block in markdown.blocks(text_of(document)):
        assert "localhost:3000" not in block.text, (
            f"line {block.line}: the address is 127.0.0.1:3000"
        )
        assert not block.is_run or not block.text.startswith("$ "), f"line {block.line}: a prompt"


def test_links_lead_somewhere(document):
    text, folder = text_of(document), (Path(ROOT) / document).parent
    for link in markdown.links(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        place = folder / path if path else Path(ROOT) / document
        assert place.exists(), f"{document}: {link}"
        if anchor and place.suffix == ".md":
            assert anchor in markdown.anchors(place.read_text(encoding="utf-8")), (
                f"{document}: {link}"
            )
