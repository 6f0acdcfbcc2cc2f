"""Cuts a text into stretches where a reader would pause."""

import re
from collections.abc import Iterator

LONGEST = 500  # characters
_FENCE = re.compile(r"^\s{0,3}(```+|~~~+)")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+")


def cut(text: str, longest: int = LONGEST) -> tuple[str, ...]:
    """Stretches of at most `longest` characters, in order, with every word of `text`.

    Cut between paragraphs if they fit, else between lines, sentences, words; code between its
    lines, as long as a line fits.
    """
    stretches: list[str] = []
    open_stretch = ""
    for paragraph in _paragraphs(text):
        for piece, joint in _pieces(paragraph, longest):
            joined = open_stretch + joint + piece if open_stretch else piece
            if len(joined) > longest:
                stretches.append(open_stretch)
                joined = piece
            open_stretch = joined
    return tuple(stretch.strip("\n") for stretch in (*stretches, open_stretch) if stretch.strip())


def _paragraphs(text: str) -> Iterator[tuple[str, bool]]:
    """Paragraphs, and whether they are code; a block of code is one, empty lines and all."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            lines.append(line)
            if mark and mark[1].startswith(fence):
                yield "\n".join(lines), True
                lines, fence = [], ""
        elif mark or not line.strip():
            if lines:
                yield "\n".join(lines), False
            lines, fence = ([line], mark[1]) if mark else ([], "")
        else:
            lines.append(line)
    if lines:
        yield "\n".join(lines), bool(fence)


def _pieces(paragraph: tuple[str, bool], longest: int) -> Iterator[tuple[str, str]]:
    """The paragraph in pieces that fit, each with what joins it to the piece before."""
    text, is_code = paragraph
    if len(text) <= longest:
        yield text, "\n\n"
        return
    joint = "\n\n"
    for line in text.split("\n"):
        for piece in [line] if len(line) <= longest else _sentences(line, longest, is_code):
            yield piece, joint
            joint = " "
        joint = "\n"


def _sentences(line: str, longest: int, is_code: bool) -> Iterator[str]:
    for sentence in [line] if is_code else _SENTENCE_END.split(line):
        yield from [sentence] if len(sentence) <= longest else _words(sentence, longest)


def _words(sentence: str, longest: int) -> Iterator[str]:
    """Runs of words; a word that is too long by itself is cut through."""
    run = ""
    for word in sentence.split():
        if run and len(run) + 1 + len(word) > longest:
            yield run
            run = ""
        run = f"{run} {word}" if run else word
        while len(run) > longest:
            yield run[:longest]
            run = run[longest:]
    if run:
        yield run
