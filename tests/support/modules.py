"""Which file of a crate uses which other, as read from the paths in its source.

What a path leads to is its module. A name that a module only hands on (`pub use`) leads to where it is defined.
Unit tests are left out: they stand below what they test.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
_STRING = re.compile(r'r#".*?"#|"(?:\\.|[^"\\])*"', re.S)
_PATH = re.compile(r"\b((?:crate|super|self)(?:::\w+)+|(?:crate|super|self)(?=::\{))")
_TESTS = re.compile(r"#\[cfg\(test\)\]\s*mod \w+ \{")


def crates():
    """The folders of the crates and components."""
    manifests = [*ROOT.glob("crates/*/Cargo.toml"), *ROOT.glob("crates/api/*/Cargo.toml")]
    manifests += [*ROOT.glob("components/*/Cargo.toml"), *ROOT.glob("bench/*/Cargo.toml")]
    return sorted(manifest.parent for manifest in manifests)


def source(file):
    """The text of a file without comments, strings and unit tests."""
    text = _STRING.sub('""', _COMMENT.sub("", file.read_text()))
    tests = _TESTS.search(text)
    return text[: tests.start()] if tests else text


def modules(crate):
    """The modules of a crate: their paths, as tuples, to their files."""
    found = {}
    root = crate / "src"
    for file in root.rglob("*.rs"):
        parts = file.relative_to(root).with_suffix("").parts
        if file.stem in ("lib", "main", "mod"):
            parts = parts[:-1]
        if not any(part.startswith("tests") or part.endswith("_tests") for part in parts):
            found[parts] = file
    return found


def uses(crate):
    """Which file of a crate uses which."""
    known = modules(crate)
    texts = {path: source(file) for path, file in known.items()}
    edges = {}
    for path, text in texts.items():
        targets = {_resolve(known, texts, path, used) for used in _used(text)}
        edges[known[path]] = {known[target] for target in targets if target not in (None, path)}
    return edges


def circles(edges):
    """The groups of files that use each other in a circle (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(file):
        index[file] = low[file] = len(index)
        stack.append(file)
        for other in edges.get(file, ()):
            if other not in index:
                visit(other)
                low[file] = min(low[file], low[other])
            elif other in stack:
                low[file] = min(low[file], index[other])
        if low[file] == index[file]:
            at = stack.index(file)
            if len(stack) - at > 1:
                found.append(sorted(str(member.relative_to(ROOT)) for member in stack[at:]))
            del stack[at:]

    for file in edges:
        if file not in index:
            visit(file)
    return found


def _used(text):
    """The paths in a text, as tuples; of a group, each of its members."""
    for match in _PATH.finditer(text):
        path = tuple(match.group(1).split("::"))
        rest = text[match.end() :]
        if rest.startswith("::{"):
            yield from (path + member for member in _members(rest[3:]))
        else:
            yield path


def _members(text):
    """The members of a group, whose opening brace was read: `a::{b, c as d}` has `a::b` and `a::c`."""
    prefixes, current = [()], ()
    for token in re.findall(r"\w+ as \w+|[\w*]+|::|[{},]", text):
        if token == "{":
            prefixes.append(prefixes[-1] + current)
            current = ()
        elif token in ",}":
            if current:
                yield prefixes[-1] + current
            current = ()
            if token == "}":
                prefixes.pop()
                if not prefixes:
                    return
        elif token != "::":
            current += (token.split()[0],)


def _resolve(known, texts, here, used, depth=0):
    """The module that a path leads to, from the module `here`."""
    at, names = (), list(used)
    if names[0] in ("self", "super"):
        at = here
    while names and names[0] in ("crate", "self", "super"):
        at = at[:-1] if names[0] == "super" else at
        names = names[1:]
    while names and at + (names[0],) in known:
        at, names = at + (names[0],), names[1:]
    if at not in known:
        return None
    handed_on = _handed_on(texts[at], names[0]) if names and depth < 8 else None
    if handed_on:
        return _resolve(known, texts, at, ("self", *handed_on), depth + 1)
    return at


def _handed_on(text, name):
    """Where a module has a name from that it hands on: a path from itself."""
    for match in re.finditer(r"pub(?:\([^)]*\))? use ([\w:]+)(::\{[^;]*\})?;", text):
        path = tuple(part for part in match.group(1).split("::") if part not in ("self", "crate"))
        if match.group(2):
            names = re.findall(r"\w+", match.group(2))
            if name in names:
                return (*path, name)
        elif path and path[-1] == name:
            return path
    return None
