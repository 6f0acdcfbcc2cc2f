"""`python -m tests.lessons`: makes bot/retrieval/taught/process-*.safetensors anew, for both local models as shipped.

To run whenever requests.txt changes, the code that learns from it, or what the models were taught: a minute.
"""

import argparse

from bot.retrieval import embedding, process_learning, process_lessons
from tests.conftest import MODELS


def main() -> None:
    argparse.ArgumentParser(prog="python -m tests.lessons", description=__doc__).parse_args()
    for model in ("local", "small"):
        embedder = embedding.connect(model, MODELS)
        file = process_lessons.SHIPPED[embedder.name.partition("@")[0]]
        lessons = process_learning.learnt(embedder.embed)
        file.write_bytes(process_lessons.written(process_lessons.key_of(embedder.name), lessons))
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB, {len(lessons.neighbours)} requests")


if __name__ == "__main__":
    main()
