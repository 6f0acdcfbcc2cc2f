import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import Library, Organisation, Severity
from bot.errors import BadInput
from bot.library.files import MAX_BYTES
from bot.library.lint import lint
from bot.library.loading import fingerprint, load
from bot.library.passages import passages, version

Write = Callable[[str, str | bytes], Path]

SKILL = "---\nname: a\ndescription: Does one thing, and says when to use it for what.\n---\n# A\nText.\n"


def codes(library: Library) -> set[str]:
    return {finding.code for finding in library.findings}


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    library = load(tmp_path)
    assert (library.items(), library.organisation, library.findings) == ({}, Organisation(), ())


@pytest.mark.parametrize("name", ["missing", "file", "loop", "a\0b"])
def test_a_root_that_is_no_folder_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    for read in (load, fingerprint):
        with pytest.raises(BadInput) as refused:
            read(tmp_path / name)
        assert "\n" not in str(refused.value)


def test_everything_is_read_and_joined(tmp_path: Path, write: Write) -> None:
    write("skills/foundation/voice/SKILL.md", SKILL.replace("name: a", "name: voice"))
    write(
        "skills/marketing/a/SKILL.md",
        SKILL.replace("---\n# A", "metadata:\n  signpost.tools: Hub Spot\n---\n# A"),
    )
    write("skills/marketing/a/QUESTIONS.md", "- how?\n- “why?”\n")
    write("knowledge/tools/hubspot.md", "---\ntool: HubSpot\naliases: [Hub Spot]\n---\nCRM")
    write(
        "knowledge/tools/sheets.md",
        "---\ntool: Sheets\nworks_with: [{tool: HubSpot, via: Zapier}]\n---\nTable",
    )
    write("knowledge/tools/zapier.md", "---\ntool: Zapier\n---\nGlue")
    write("knowledge/rules/r.md", "---\ndecision: not allowed\ntools: hub-spot\n---\nWhy")
    write("knowledge/answers/q.md", "---\nquestion: q?\nowner: U1\n---\nYes")
    write("knowledge/organisation.toml", 'owner = "U1"\n[teams.marketing]\nowner = "U3"\n')
    write("skills/README.md", "about")
    library = load(tmp_path)
    skill = library.skills["skill:marketing/a"]
    assert (skill.tools, skill.questions, skill.owner) == (("tool:hubspot",), ("how?", "why?"), "U3")
    assert library.skills["skill:foundation/voice"].owner == "U1"
    assert [(e.target_tool, e.via) for e in library.tools["tool:sheets"].works_with] == [
        ("tool:hubspot", "tool:zapier")
    ]
    assert library.rules["rule:r"].tools == ("tool:hubspot",)
    assert set(library.items()) == {
        "skill:foundation/voice", "skill:marketing/a", "tool:hubspot", "tool:sheets", "tool:zapier",
        "rule:r", "answer:q",
    }  # fmt: skip
    assert library.findings == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xef\xbb\xbf" + SKILL.encode(), "byte-order-mark"),
        (SKILL.replace("one thing", "café").encode("cp1252"), "not-utf-8"),
        (SKILL.encode("utf-16"), "not-utf-8"),
    ],
)
def test_other_encodings_are_read_with_a_finding(tmp_path: Path, write: Write, content: bytes, code: str) -> None:
    write("skills/x/a/SKILL.md", content)
    library = load(tmp_path)
    assert library.skills["skill:x/a"].description.startswith("Does ")
    assert codes(library) == {code}


def test_windows_line_ends_make_no_difference(tmp_path: Path, write: Write) -> None:
    file = write("skills/x/a/SKILL.md", SKILL)
    plain = load(tmp_path).skills
    file.write_bytes(SKILL.replace("\n", "\r\n").encode())
    assert load(tmp_path).skills == plain


def test_a_huge_file_is_read_at_its_beginning(tmp_path: Path, write: Write) -> None:
    write("skills/x/a/SKILL.md", SKILL + "ü" * MAX_BYTES)
    library = load(tmp_path)
    assert library.skills["skill:x/a"].name == "a"
    assert codes(library) == {"file-too-large"}


def test_a_link_inside_the_library_is_followed_with_a_finding(tmp_path: Path, write: Write) -> None:
    write("skills/x/a/SKILL.md", SKILL)
    (tmp_path / "skills" / "y").mkdir()
    (tmp_path / "skills" / "y" / "a").symlink_to("../x/a")
    file = tmp_path / "skills" / "z" / "a"
    file.mkdir(parents=True)
    (file / "SKILL.md").symlink_to("../../x/a/SKILL.md")
    library = load(tmp_path)
    assert set(library.skills) == {"skill:x/a", "skill:y/a", "skill:z/a"}
    assert library.skills["skill:z/a"].description == library.skills["skill:x/a"].description
    assert codes(library) == {"link"}


def test_a_link_out_of_the_library_shows_nothing_of_what_it_leads_to(tmp_path: Path, write: Write) -> None:
    root = tmp_path / "library"
    (root / "skills" / "a").mkdir(parents=True)
    (root / ".env").write_text("TOKEN=inside-secret")
    write("outside/secret.md", "outside-secret")
    (root / "skills" / "a" / "SKILL.md").symlink_to("../../.env")
    (root / "skills" / "b").symlink_to(tmp_path / "outside")
    (root / "skills" / "c").mkdir()
    (root / "skills" / "c" / "SKILL.md").symlink_to(tmp_path / "outside" / "secret.md")
    library = load(root)
    assert set(library.skills) == {"skill:a", "skill:c"}
    assert "secret" not in repr(library.items())
    assert "link-outside" in codes(library)


def test_circles_of_links_end_with_a_finding(tmp_path: Path, write: Write) -> None:
    write("skills/x/a/SKILL.md", SKILL)
    for name, target in (("up", ".."), ("self", "."), ("a/deep", "../../..")):
        (tmp_path / "skills" / "x" / name).symlink_to(target)
    loop = tmp_path / "skills" / "x" / "b"
    loop.mkdir()
    (loop / "SKILL.md").symlink_to("SKILL.md")
    library = load(tmp_path)
    assert set(library.skills) == {"skill:x/a", "skill:x/b"}
    assert {"link-circle", "file-unreadable"} <= codes(library)


def test_a_pipe_and_a_folder_named_like_a_file_are_kept_and_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "skills" / "x" / "a"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "SKILL.md")
    (tmp_path / "skills" / "x" / "b" / "SKILL.md").mkdir(parents=True)
    library = load(tmp_path)
    assert set(library.skills) == {"skill:x/a"}
    assert "file-unreadable" in codes(library)


def test_two_files_of_one_id_are_both_kept(tmp_path: Path, write: Write) -> None:
    write("knowledge/tools/a.md", "---\ntool: One\n---\nx")
    write("knowledge/tools/more/a.md", "---\ntool: Two\n---\nx")
    library = load(tmp_path)
    assert {key: note.title for key, note in library.tools.items()} == {"tool:a": "One", "tool:a-2": "Two"}
    assert codes(library) == {"id-taken"}


def test_names_that_are_not_utf_8_can_be_shown_and_written(tmp_path: Path) -> None:
    folder = tmp_path / "skills" / "x" / os.fsdecode(b"caf\xe9")
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text(SKILL)
    (skill,) = load(tmp_path).skills.values()
    assert repr(skill).encode()
    assert skill.id == "skill:x/caf\ufffd"


def test_the_fingerprint_changes_with_every_change_of_a_file(tmp_path: Path, write: Write) -> None:
    file = write("skills/x/a/SKILL.md", SKILL)
    seen = [load(tmp_path).fingerprint]
    assert fingerprint(tmp_path) == seen[0]
    file.write_text(SKILL + "more")
    seen.append(fingerprint(tmp_path))
    write("skills/x/a/QUESTIONS.md", "- q")
    seen.append(fingerprint(tmp_path))
    file.rename(file.with_name("skill.md"))
    seen.append(fingerprint(tmp_path))
    write("knowledge/organisation.toml", "")
    seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == len(seen)


PLACES = {
    "skills/x/a/SKILL.md": "skill:x/a",
    "knowledge/tools/a.md": "tool:a",
    "knowledge/rules/a.md": "rule:a",
    "knowledge/answers/a.md": "answer:a",
}
PIECES = st.lists(
    st.binary(max_size=30)
    | st.sampled_from(
        [b"---\n", b"\n", b"name: ", b"tool: ", b"works_with:\n", b"  - tool: a\n", b"metadata:\n",
         b"  signpost.extends: x/a\n",
         b"data: ", b"[", b"{", b"]", b"&a ", b"*a", b"|\n", b"# H\n", b"```\n",
         b"reviewed: ", b"9999-12-31", b"\\ud800", b'"'],
    ),
    max_size=25,
).map(b"".join)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PIECES)
def test_whatever_bytes_the_files_hold_all_are_kept_and_nothing_raises(
    tmp_path: Path, write: Write, data: bytes
) -> None:
    for path in (*PLACES, "skills/x/a/QUESTIONS.md", "knowledge/organisation.toml"):
        write(path, data)
    library = load(tmp_path)
    assert set(library.items()) == set(PLACES.values())
    for item in library.items().values():
        repr((passages(item), version(item))).encode()
    for finding in lint(library, tmp_path):
        assert repr(finding).encode()
        assert finding.problem
        assert finding.mend
        assert finding.severity in Severity
