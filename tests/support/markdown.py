"""Markdown as the tests of the documents read it: fenced blocks, headings and links.

The info string of a block, which is what follows its three backticks, says what a test does with it (CONTRIBUTING.md).
"""

import re
from dataclasses import dataclass, field

FENCE = re.compile(r"^ *(`{3,}|~{3,})(.*)$")
HEADING = re.compile(r"^#{1,6} +(.*?)#* *$")
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]: +(\S+)", re.MULTILINE)
RUN = ("sh", "python")
# What a block may be besides its language; `=` where a value must follow.
OPTIONS = {
    "serve": RUN,
    "fails": RUN,
    "fails=": RUN,
    "needs=": RUN,
    "file=": None,
    "output": ("json", "text"),
}


class Unclear(Exception):
    """A block whose info string is none of those that are agreed on."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its options, why it is not run if it is not, and the line of its first text."""

    language: str
    options: dict
    no_run: str | None
    text: str
    line: int = field(compare=False)

    @property
    def is_run(self):
        return self.language in RUN and self.no_run is None


def blocks(text):
    """The fenced blocks of a document, in order."""
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        opening = FENCE.match(line)
        if opening:
            language, options, no_run = info(opening[2].strip(), number)
            indent = len(line) - len(line.lstrip())
            yield Block(
                language, options, no_run, body(lines, opening[1], indent, number), number + 1
            )


def body(lines, fence, indent, number):
    """What stands in a block, up to the fence that closes it."""
    held = []
    for _, line in lines:
        if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            return "".join(f"{line}\n" for line in held)
        held.append(line[indent:] if not line[:indent].strip() else line)
    raise Unclear(f"line {number}: the block does not end")


def info(words, number):
    """The language, the options and the reason of an info string."""
    words, colon, reason = words.partition("no-run")
    language, *named = words.split() or [""]
    if not re.fullmatch(r"[a-z][a-z0-9+-]*", language):
        raise Unclear(f"line {number}: a block must begin with its language")
    if language in ("bash", "shell", "console", "zsh"):
        raise Unclear(f"line {number}: commands are in blocks of the language sh, not {language}")
    reason = reason.lstrip(":").strip()
    if colon and not reason:
        raise Unclear(f"line {number}: no-run must be followed by a colon and the reason")
    if colon and language not in RUN:
        raise Unclear(f"line {number}: a block of {language} is not run anyway")
    options = {}
    for word in named:
        name, equals, value = word.partition("=")
        of = OPTIONS.get(name + equals, ())
        if (of is not None and language not in of) or (equals and not value):
            raise Unclear(f"line {number}: a block of {language} has no option {word}")
        options[name] = value
    return language, options, reason if colon else None


def prose(text):
    """A document without its fenced blocks."""
    kept, fence = [], None
    for line in text.splitlines():
        opening = FENCE.match(line)
        if opening and fence is None:
            fence = opening[1]
        elif opening and opening[1].startswith(fence) and not opening[2].strip():
            fence = None
        elif fence is None:
            kept.append(line)
    return "\n".join(kept)


def links(text):
    """Where a document leads to."""
    plain = re.sub(r"`[^`\n]*`", "``", prose(text))
    return [inline or reference for inline, reference in LINK.findall(plain)]


def anchors(text):
    """The anchors of the headings of a document, as GitHub makes them."""
    found, seen = set(), {}
    for line in prose(text).splitlines():
        heading = HEADING.match(line)
        if heading:
            shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1])
            slug = re.sub(r"[^\w\- ]", "", shown.lower()).strip().replace(" ", "-")
            count = seen.get(slug, 0)
            seen[slug] = count + 1
            found.add(f"{slug}-{count}" if count else slug)
    return found
