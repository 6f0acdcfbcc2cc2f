"""Finds the library's files and reads them as text, whatever they hold.

Links are followed only to where the library itself lies: a link to the settings or to somebody's home
would put their words into an answer.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain import Finding
from bot.errors import BadInput
from bot.library.findings import Report

MAX_BYTES = 1 << 18  # of one file; the longest of 506 public SKILL.md files has a fifth of it
FOLDERS = ("skills", "knowledge")
TEXT_SUFFIXES = (".md", ".toml")
_CONTROL = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Source:
    """A file as text, with what was wrong about reading it. `path` is relative to the root, with `/`."""

    path: str
    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Found:
    """A file or a folder that could not be entered (then with a finding), somewhere under the root."""

    path: str
    place: str  # where it is, as the system takes it
    findings: tuple[Finding, ...] = ()

    @property
    def file(self) -> Path:
        """The same as a path."""
        return Path(self.place)


def check_root(root: Path) -> Path:
    """The root as an absolute path. Raises BadInput when it is not a folder that can be read."""
    try:
        if root.is_dir():
            return root.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise BadInput(f"The library {str(root)!r} cannot be read ({error}); name another folder.") from error
    raise BadInput(f"The library {str(root)!r} is not a folder; name one that holds skills/ and knowledge/.")


def walk(root: Path) -> Iterator[Found]:
    """Every file under skills/ and knowledge/, in a fixed order; links to folders are followed one deep."""
    for name in FOLDERS:
        top = root / name
        if top.is_dir():
            yield from _walk_folder(root, top)
        elif top.exists() or top.is_symlink():
            report = Report(name)
            report.error("not-a-folder", f"{name} is not a folder that can be read.", f"Make {name} a folder.")
            yield Found(name, str(top), report.findings)


def read(root: Path, found: Found) -> Source:
    """The file's text with line ends as `\\n`; never raises for what is in the file or how it is kept."""
    report = Report(found.path)
    target = _target(root, found.file, report)
    data = _bytes(target, report) if target else b""
    text = _CONTROL.sub("\ufffd", _decoded(data, report))
    return Source(found.path, text.replace("\r\n", "\n").replace("\r", "\n"), found.findings + report.findings)


def printable(text: str) -> str:
    """`text` without what no database or terminal takes: lone surrogates and NUL."""
    return _CONTROL.sub("\ufffd", text)


def relative(root: Path, file: Path) -> str:
    """The path under the root with `/`; file names that are not UTF-8 are shown with replacement marks."""
    return _shown(file.relative_to(root).as_posix())


def _shown(name: str) -> str:
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


def _walk_folder(root: Path, top: Path) -> Iterator[Found]:
    # Done before answers while the bot runs: names and the system's own entries, and a path only for what is entered.
    folders = [(str(top), _shown(top.name), False)]
    while folders:
        folder, name, linked = folders.pop()
        report = Report(name)
        inside = []
        for entry in _entries(folder, report):
            link, inner = entry.is_symlink(), f"{name}/{_shown(entry.name)}"
            if not _is_folder(entry):
                yield Found(inner, entry.path)
            elif _may_enter(root, Path(entry.path), link, linked, report):
                inside.append((entry.path, inner, linked or link))
        folders.extend(reversed(inside))
        if report.findings:
            yield Found(name, folder, report.findings)


def _entries(folder: str, report: Report) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((entry for entry in entries if not _is_private(entry.name)), key=lambda entry: entry.name)
    except OSError as error:
        report.error("folder-unreadable", f"The folder cannot be read ({error.strerror}).", "Allow reading it.")
        return []


def _is_private(name: str) -> bool:
    # `..data` is how a mounted ConfigMap keeps its versions; the names beside it are links into it.
    return name == ".git" or name.startswith("..")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _may_enter(root: Path, folder: Path, link: bool, linked: bool, report: Report) -> bool:
    """Whether to look inside. A link inside a linked folder is not followed: circles of links have no end."""
    if not link:
        return True
    target = folder.resolve()
    name = relative(root, folder)
    if linked or target in [parent.resolve() for parent in folder.parents]:
        report.error("link-circle", f"The link {name} leads back into the library.", "Remove the link.")
    elif not _is_inside(root, target):
        report.error("link-outside", f"The link {name} leads out of the library.", "Copy the folder in instead.")
    else:
        return True
    return False


def _target(root: Path, file: Path, report: Report) -> Path | None:
    """The regular file behind `file`, or None with a finding."""
    try:
        target = file.resolve(strict=True)
    except (OSError, RuntimeError):
        report.error("file-unreadable", "The link leads nowhere or in a circle.", "Put the file itself here.")
        return None
    if not _is_inside(root, target) or (target != file and target.suffix.lower() not in TEXT_SUFFIXES):
        report.error("link-outside", "The link leads to a file outside the library.", "Put the file itself here.")
        return None
    if not target.is_file():
        report.error("file-unreadable", "This is not a file.", "Put a text file here.")
        return None
    if file.is_symlink():
        report.warning("link", "The file is a link; some programs do not follow it.", "Put the file itself here.")
    return target


def _is_inside(root: Path, target: Path) -> bool:
    return any(target.is_relative_to(home) for home in (root, *((root / name).resolve() for name in FOLDERS)))


def _bytes(target: Path, report: Report) -> bytes:
    try:
        with target.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        report.error("file-unreadable", f"The file cannot be read ({error.strerror}).", "Allow reading it.")
        return b""
    if len(data) <= MAX_BYTES:
        return data
    report.error("file-too-large", "The file is over 256 KiB; only its beginning is read.", "Split it into several.")
    return _without_half_character(data[:MAX_BYTES])


def _without_half_character(data: bytes) -> bytes:
    """`data` less a character that the cut went through: that is no fault of the file."""
    for length in (1, 2, 3):
        if data[-length] >= 0xC0:
            return data[:-length]
    return data


def _decoded(data: bytes, report: Report) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        report.warning("not-utf-8", "The file is UTF-16.", "Save it as UTF-8.")
        return data.decode("utf-16", "replace")
    if data.startswith(b"\xef\xbb\xbf"):
        report.warning("byte-order-mark", "The file begins with a byte order mark.", "Save it as UTF-8 without BOM.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.warning("not-utf-8", "The file is not UTF-8; read as Western European.", "Save it as UTF-8.", line)
        return data.removeprefix(b"\xef\xbb\xbf").decode("cp1252", "replace")
