"""Style, script and the charting library: named by their content, so that browsers may keep them for good."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

import vl_convert
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import NotFound

_STATIC = Path(__file__).parent / "static"
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FOREVER = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
_LIBRARY = "vega"
_SNIPPET = "window.vegaEmbed = vegaEmbed;"  # all that `draw.js` uses of it


@cache
def address(name: str) -> str:
    """Where "style.css" is served: with a hash of what it holds, so a changed file has a new address."""
    stem, _, kind = name.rpartition(".")
    # The library is made from its package, which costs a second: its version stands for its content.
    content = vl_convert.__file__.encode() + _version() if stem == _LIBRARY else (_STATIC / name).read_bytes()
    return f"/assets/{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{kind}"


def _version() -> bytes:
    return f"{vl_convert.get_vega_version()} {vl_convert.get_vegalite_versions()}".encode()


def serve(request: Request) -> Response:
    """One of them. Raises NotFound."""
    stem, _, rest = request.path_params["name"].partition(".")
    kind = rest.rpartition(".")[2]
    name = f"{stem}.{kind}"
    known = name == f"{_LIBRARY}.js" or (name in _names())
    if not known or address(name) != request.url.path:
        raise NotFound("There is no such file here (any more): load the page again.")
    headers = dict(_FOREVER)
    body = _packed(name)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return Response(body, media_type=_TYPES[kind], headers=headers)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in _STATIC.iterdir())


@cache
def _packed(name: str) -> bytes:
    if name == f"{_LIBRARY}.js":
        return gzip.compress(vl_convert.javascript_bundle(_SNIPPET).encode(), mtime=0)
    return gzip.compress((_STATIC / name).read_bytes(), mtime=0)
