import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.errors import EmbeddingsUnavailable
from bot.retrieval import chroma_store
from bot.retrieval import index as index_module
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.index import VectorIndex

TEXTS = [f"a text about matter number {number}" for number in range(150)]


class Counting:
    """An embedder whose vectors come from the text's characters, and which counts what it is asked for."""

    dimension = 16

    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.seen: list[str] = []
        self.up = True

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not self.up:
            raise EmbeddingsUnavailable("down")
        self.seen += texts
        rows = np.stack(
            [np.random.default_rng(list(text.encode()) or [0]).normal(size=self.dimension) for text in texts]
        )
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def reopened(folder: Path) -> tuple[VectorIndex, Counting]:
    embedder = Counting()
    return VectorIndex.open(folder, embedder), embedder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index that holds TEXTS, closed."""
    index, _ = reopened(tmp_path / "index")
    index.vectors(TEXTS)
    index.close()
    return tmp_path / "index"


def works(index: VectorIndex) -> bool:
    return bool(np.array_equal(index.vectors(TEXTS), Counting().embed(TEXTS)))


def test_only_what_is_new_is_embedded(folder: Path) -> None:
    index, embedder = reopened(folder)
    vectors = index.vectors([*TEXTS, "new", "new"])
    assert embedder.seen == ["new"] and vectors.shape == (152, 16)
    assert np.array_equal(vectors[:150], Counting().embed(TEXTS))
    index.close()


def test_progress_is_told_for_new_texts_only(folder: Path) -> None:
    index, _ = reopened(folder)
    told: list[tuple[int, int]] = []
    index.vectors([*TEXTS, *(f"new {n}" for n in range(100))], lambda what, done, total: told.append((done, total)))
    assert told == [(64, 100), (100, 100)]
    index.close()


def test_no_text_is_kept_on_disk(folder: Path) -> None:
    assert not any(b"matter number" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_pruning_forgets_everything_else(folder: Path) -> None:
    index, _ = reopened(folder)
    assert index.prune(TEXTS[:10]) == 140
    index.close()
    again, embedder = reopened(folder)
    again.vectors(TEXTS)
    assert len(embedder.seen) == 140
    again.close()


def test_what_was_forgotten_is_in_no_file_after_compacting(folder: Path) -> None:
    index, _ = reopened(folder)
    gone = index_module.key_of(TEXTS[149]).encode()

    def kept() -> bool:
        return any(gone in file.read_bytes() for file in folder.rglob("*") if file.is_file())

    index.prune(TEXTS[:140])
    index.vectors(TEXTS[:140])
    index.compact()
    assert not kept()
    assert not folder.with_name("index.damaged").exists()
    index.close()
    again, embedder = reopened(folder)
    again.vectors(TEXTS[:140])
    assert embedder.seen == [] and again.shared
    again.close()


def test_another_model_gets_another_collection_and_the_old_one_is_deleted(folder: Path) -> None:
    other = Counting("other model")
    index = VectorIndex.open(folder, other)
    index.vectors(TEXTS)
    assert other.seen == TEXTS
    index.close()
    back, first = reopened(folder)
    back.vectors(TEXTS)
    assert first.seen == TEXTS
    back.close()


def test_the_next_model_is_built_beside_while_the_bot_answers_and_then_taken_up(folder: Path) -> None:
    running, first = reopened(folder)  # holds the folder, as a running bot does
    code = (
        "import sys; from tests.retrieval.test_index import *\n"
        "i = VectorIndex.open(Path(sys.argv[1]), Counting('next'), beside=True); i.vectors(TEXTS)\n"
        "print(i.shared, flush=True); sys.stdin.readline(); i.close()"
    )
    builder = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert builder.stdout and builder.stdout.readline() == "True\n"
    assert works(running) and running.vectors(["a new question"]).shape == (1, 16)
    assert running.shared and first.seen == ["a new question"]
    builder.communicate("\n", timeout=30)
    running.close()
    # Started again with the old model, nothing is lost, neither here nor beside.
    running, first = reopened(folder)
    assert works(running) and first.seen == []
    running.close()
    embedder = Counting("next")
    changed = VectorIndex.open(folder, embedder)
    assert works(changed) and changed.shared and embedder.seen == []
    assert not folder.with_name("index.next").exists()
    changed.close()


def test_an_index_that_is_still_being_built_is_not_taken_up(folder: Path) -> None:
    running, _ = reopened(folder)
    building = VectorIndex.open(folder, Counting("next"), beside=True)
    building.vectors(TEXTS[:10])
    running.close()
    embedder = Counting("next")
    early = VectorIndex.open(folder, embedder)
    assert works(early) and embedder.seen == TEXTS
    early.close()
    building.vectors(TEXTS)
    building.close()


def test_an_index_beside_that_was_cut_off_is_gone_on_with(folder: Path) -> None:
    running, _ = reopened(folder)
    for texts in (TEXTS[:10], TEXTS):
        embedder = Counting("next")
        building = VectorIndex.open(folder, embedder, beside=True)
        building.vectors(texts)
        building.close()
    assert embedder.seen == TEXTS[10:]
    running.compact()  # somebody is forgotten: what was built beside may hold them too
    assert not folder.with_name("index.next").exists()
    running.close()


def _delete_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def _truncate_everything(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.truncate(path, path.stat().st_size // 2)


def _truncate_database(folder: Path) -> None:
    os.truncate(folder / "chroma.sqlite3", 5000)


def _delete_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").unlink()


def _scribble_over_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(os.urandom(50_000))


def _delete_segments(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)


def _empty_segments(folder: Path) -> None:
    for path in folder.rglob("*.bin"):
        os.truncate(path, 0)


def _file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


DAMAGES = [
    _delete_folder,
    _truncate_everything,
    _truncate_database,
    _delete_database,
    _scribble_over_database,
    _delete_segments,
    _empty_segments,
    _file_in_its_place,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_a_damaged_folder_mends_itself(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder)
    index, _ = reopened(folder)
    assert works(index) and index.shared, index.reason
    index.close()
    again, embedder = reopened(folder)
    assert works(again) and again.shared and not embedder.seen
    again.close()


def test_a_second_owner_works_in_memory_and_says_why(folder: Path) -> None:
    code = (
        "import sys, time; from tests.retrieval.test_index import *; "
        "i, _ = reopened(Path(sys.argv[1])); print('open', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout and other.stdout.readline().strip() == "open"
        index, _ = reopened(folder)
        assert not index.shared and "Another process is using" in index.reason
        assert works(index)
    finally:
        other.kill()
        other.wait()
    after, embedder = reopened(folder)
    assert after.shared and works(after) and not embedder.seen
    after.close()


@pytest.mark.soak
def test_kill_9_in_mid_upsert_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    code = (
        "import sys; from tests.retrieval.test_index import *; i, _ = reopened(Path(sys.argv[1]))\n"
        "for n in range(10_000):\n"
        "    i.vectors([f'round {n}, {m}' for m in range(32)]); print(n, flush=True)"
    )
    for wait in (0.2, 0.5):
        writer = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout and writer.stdout.readline()
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        told = [line for line in writer.stdout.read().split("\n") if line]
        writer.wait()
        kept = int(told[-1]) if told else 0
        index, embedder = reopened(folder)
        index.vectors([f"round {n}, {m}" for n in range(kept + 1) for m in range(32)])
        assert index.shared and embedder.seen == []
        index.close()


def test_a_place_that_cannot_be_written_is_answered_from_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    index, _ = reopened(tmp_path / "file" / "index")
    assert not index.shared and "cannot be used" in index.reason
    assert works(index)


def test_a_disk_that_fills_up_is_answered_from_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, _ = reopened(tmp_path / "index")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    assert index._store
    monkeypatch.setattr(index._store._collection, "upsert", full)
    assert works(index)
    assert not index.shared and "No space left" in index.reason


def test_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(chroma_store, "CONNECT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        index = VectorIndex.open(f"http://127.0.0.1:{silent.getsockname()[1]}", Counting())
        assert time.monotonic() - started < 5
        assert not index.shared and "did not answer" in index.reason
        assert works(index)


def test_a_server_that_is_down_is_answered_from_memory() -> None:
    index = VectorIndex.open("http://127.0.0.1:9", Counting())
    assert not index.shared and index.reason and works(index)


def test_what_was_embedded_before_the_provider_went_down_is_kept(tmp_path: Path) -> None:
    index, embedder = reopened(tmp_path / "index")
    index.vectors(TEXTS[:5])
    embedder.up = False
    with pytest.raises(EmbeddingsUnavailable):
        index.vectors(TEXTS)
    assert index.vectors(TEXTS[:5]).shape == (5, 16)
    index.close()


def test_many_threads_get_the_right_vectors(tmp_path: Path) -> None:
    index, _ = reopened(tmp_path / "index")
    wrong: list[int] = []

    def read(offset: int) -> None:
        for start in range(0, 100, 10):
            some = TEXTS[(start + offset) % 140 :][:10]
            if not np.array_equal(index.vectors(some), Counting().embed(some)):
                wrong.append(start)

    threads = [threading.Thread(target=read, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and index.shared
    index.close()


def test_the_real_model_and_chroma_agree(index: VectorIndex, embedder: Embedder) -> None:
    assert np.array_equal(index.vectors(["one text", "another"]), embedder.embed(["one text", "another"]))
