"""The commands as other programs meet them: what they print, and how they end."""

import json
import socket
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from bot.retrieval.embedding import Embedder
from bot.retrieval.index import VectorIndex
from tests.conftest import Signpost

ASK_KEYS = {
    "question_id",
    "verdict",
    "kind",
    "text",
    "recommended",
    "candidates",
    "evidence",
    "escalation_id",
    "confidence",
    "elapsed_ms",
    "reader",
}
STATS_KEYS = {
    "questions",
    "askers",
    "returning_askers",
    "states",
    "self_serve_rate",
    "unrated_share",
    "escalation_rate",
    "time_to_first_answer",
    "time_to_owner_answer",
    "by_team",
    "by_kind",
    "skills",
    "tools",
    "gaps",
    "value",
    "mandate",
}


def test_asking_prints_one_object_of_the_agreed_form(signpost: Signpost) -> None:
    ended = signpost("ask", "--json", "write a campaign brief for the launch")
    answer = json.loads(ended.out)
    assert ended.code == 0
    assert set(answer) == ASK_KEYS
    assert answer["verdict"] == "answered"
    assert answer["recommended"] == answer["candidates"][0]["id"] == "skill:marketing/campaign-brief"
    assert set(answer["candidates"][0]) == {"id", "title", "score"}
    assert set(answer["evidence"][0]) == {"id", "kind", "title", "layer", "owner", "reviewed", "overdue_days"}
    assert answer["text"].splitlines()[0].startswith("Use the skill")
    assert 0 <= answer["confidence"] <= 1


def test_what_is_not_known_is_said_and_handed_over_and_counted(signpost: Signpost, tmp_path: Path) -> None:
    answer = json.loads(signpost("ask", "--json", "who fixes the dishwasher on the third floor?").out)
    assert (answer["verdict"], answer["recommended"]) == ("unresolved", None)
    assert answer["escalation_id"]
    numbers = json.loads(signpost("stats", "--json").out)
    assert set(numbers) == STATS_KEYS
    assert (numbers["questions"], numbers["states"]["escalated"]) == (1, 1)
    assert signpost("export", "--to", str(tmp_path / "out")).code == 0
    row = json.loads((tmp_path / "out" / "questions.jsonl").read_text())
    assert set(row) >= {
        "id", "source_key", "door", "asked_at", "kind", "verdict", "recommended", "delivered_as", "feedback", "state"
    }  # fmt: skip


def test_small_talk_is_not_escalated(signpost: Signpost) -> None:
    answer = json.loads(signpost("ask", "--json", "thanks, you are great!").out)
    assert (answer["verdict"], answer["escalation_id"]) == ("out_of_scope", None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("ask", "   "), "The question is empty"),
        (("ask", "--library", "nowhere", "x"), "--library names nowhere, which is not a folder"),
        (("ask", "--library", "x" * 5000, "x"), "which is not a folder"),
        (("eval", "--questions", "nowhere.csv"), "cannot be read as a CSV file"),
        (("eval", "--questions", "README.md"), "has no column"),
        (("stats", "--from", "yesterday"), "--from should be a day such as 2026-11-01"),
        (("stats", "--from", "2026-11-02", "--to", "2026-11-01"), "swap the two dates"),
        (("stats", "--to", "9999-12-31"), "--to should be a day from 1970-01-01 to 9998-12-31, not 9999-12-31"),
        (("stats", "--to", "0001-01-01"), "--to should be a day from 1970-01-01"),
        (("stats", "--from", "0001-01-01"), "--from should be a day from 1970-01-01"),
        (("ask", "\udcff"), r"'\udcff' is not UTF-8 text"),
        (("ask", "x", "--team", "\udcff"), r"'\udcff' is not UTF-8 text"),
        (("stats", "--team", "\udcff"), r"'\udcff' is not UTF-8 text"),
        (("erase", "\udcff", "--yes"), r"'\udcff' is not UTF-8 text"),
        (("stats", "--team", "astronauts"), "There is no team astronauts"),
        (("export", "--to", "README.md"), "Could not write to README.md"),
        (("slack",), "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set"),
        (("slack", "--http", "3000"), "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are not set"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(signpost: Signpost, words: tuple[str, ...], sentence: str) -> None:
    ended = signpost(*words)
    assert ended.code == 2
    assert sentence in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert ended.out == ""


@pytest.mark.parametrize("port", ["-1", "0", "99999"])
def test_a_port_that_is_none_is_said_before_anything_starts(signpost: Signpost, port: str) -> None:
    ended = signpost("slack", "--http", port)
    assert ended.code == 2
    assert "Invalid value for '--http'" in ended.err


COMMANDS_WITH_DATA = [
    ("ask", "which tool?"),
    ("stats",),
    ("migrate",),
    ("demo", "--no-open", "--port", "0"),
    ("index",),
    ("export", "--to", "out"),
    ("erase", "U0MAYA", "--yes"),
    ("slack",),
]


@pytest.mark.parametrize("words", COMMANDS_WITH_DATA, ids=lambda words: words[0])
def test_a_data_dir_that_is_a_file_is_said_by_every_command(
    signpost: Signpost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file"))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    ended = signpost(*words)
    assert ended.code == 2
    assert f"DATA_DIR names {tmp_path / 'file'}, which cannot be made a folder" in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_the_doctor_says_that_a_data_dir_cannot_be_made(signpost: Signpost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "x" * 5000)
    ended = signpost("doctor")
    assert ended.code == 1
    assert "FAIL  Database: DATA_DIR names xxx" in ended.out


def test_the_longest_period_is_counted(signpost: Signpost) -> None:
    for words in (("--from", "1970-01-01", "--to", "9998-12-31"), ("--to", "1970-01-01")):
        assert json.loads(signpost("stats", "--json", *words).out)["questions"] == 0


def test_all_faults_of_the_settings_come_at_once(signpost: Signpost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKERS", "many")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    ended = signpost("stats")
    assert ended.code == 2
    assert [line.split()[0] for line in ended.err.splitlines()] == ["WORKERS", "LOG_LEVEL"]


def test_settings_in_a_file_that_is_not_utf_8_get_one_sentence(
    signpost: Signpost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_bytes("OWNER=Zoë".encode("latin-1"))
    monkeypatch.chdir(tmp_path)
    ended = signpost("stats")
    assert (ended.code, ended.err) == (2, ".env is not UTF-8 text: save it as UTF-8 in your editor.\n")


def test_the_starter_library_has_no_errors(signpost: Signpost) -> None:
    ended = signpost("lint")
    assert ended.code == 0
    assert "0 errors" in ended.out


def test_a_broken_library_is_told_where_and_how_to_mend(signpost: Signpost, tmp_path: Path) -> None:
    skill = tmp_path / "library" / "skills" / "ops" / "Broken Name" / "SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text("no frontmatter at all", encoding="utf-8")
    ended = signpost("lint", "--strict", "--library", str(tmp_path / "library"))
    assert ended.code == 1
    assert "skills/ops/Broken Name/SKILL.md:" in ended.out


def test_an_empty_library_knows_nothing_and_says_so(signpost: Signpost, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = json.loads(signpost("ask", "--json", "--library", str(tmp_path / "empty"), "which tool?").out)
    assert answer["verdict"] == "unresolved"
    assert "an empty library" in answer["text"]
    assert signpost("doctor").code in {0, 1}


def test_the_doctor_says_that_something_else_than_slack_answers(
    signpost: Signpost, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def greet() -> None:
            line, _ = server.accept()
            with line:
                line.recv(65536)
                line.sendall(b"220 mail.example\r\n")

        threading.Thread(target=greet, daemon=True).start()
        monkeypatch.setenv("SLACK_API_URL", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
        ended = signpost("doctor")
    assert ended.code == 1
    assert f"Slack cannot be reached at http://127.0.0.1:{port}/ (220 mail.example)" in ended.out


def test_erasing_asks_first(signpost: Signpost, monkeypatch: pytest.MonkeyPatch) -> None:
    signpost("ask", "who waters the plants on the third floor?")
    assert "1 question" in signpost("erase", "terminal", "--yes").out
    assert "0 questions" in signpost("erase", "terminal", "--yes").out


def test_a_port_that_is_taken_is_said_by_the_demo(signpost: Signpost) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = signpost("demo", "--no-open", "--port", str(port))
    assert (ended.code, ended.err) == (2, f"Port {port} is taken: choose another with --port, or --port 0 for any.\n")


def test_a_second_demo_leaves_the_database_of_the_first_alone(signpost: Signpost, tmp_path: Path) -> None:
    (tmp_path / "demo.sqlite3").write_text("of the first")
    with FileLock(tmp_path / "demo.lock"):
        ended = signpost("demo", "--no-open", "--port", "0")
    assert ended.code == 2
    assert ended.err == (
        f"Another demo keeps its data in {tmp_path}: stop it first, or name another folder in DATA_DIR.\n"
    )
    assert (tmp_path / "demo.sqlite3").read_text() == "of the first"


@pytest.mark.soak
def test_the_index_of_another_model_is_built_beside_a_running_bot(
    signpost: Signpost, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    (library / "knowledge" / "tools").mkdir(parents=True)
    (library / "knowledge" / "tools" / "acme.md").write_text("---\nname: Acme\n---\nFor sending letters.\n")
    monkeypatch.setenv("LIBRARY_DIR", str(library))
    running = VectorIndex.open(tmp_path / "index", embedder)  # as the bot holds it
    monkeypatch.setenv("EMBEDDINGS", "minilm")
    built = signpost("index")
    assert built.code == 0 and "beside the one in use" in built.out
    assert len(running.vectors(["how do I send a letter?"])) == 1 and running.shared
    running.close()
    assert (tmp_path / "index.next").exists()
    asked = signpost("ask", "how do I send a letter?")
    assert "Acme" in asked.out and not (tmp_path / "index.next").exists()
