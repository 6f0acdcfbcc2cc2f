"""Signed HTTP: what Slack posts to an app's own addresses."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from urllib.parse import urlencode

import httpx

from .socket_mode import NotAcked
from .state import Json

AT_ONCE = 64  # deliveries under way: within the client's hundred connections


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature of a request."""
    digest = hmac.new(secret.encode(), b":".join([b"v0", timestamp.encode(), body]), hashlib.sha256)
    return f"v0={digest.hexdigest()}"


class SignedHttp:
    """Posts to the app. NotAcked says why it did not count; "no_retry" that the app wants no further try."""

    def __init__(self, secret: str, clock: Callable[[], float]) -> None:
        self._secret = secret
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        # Taken by whoever is about to post, so that no wait for a connection counts as the app's time.
        self.turn = asyncio.Semaphore(AT_ONCE)

    async def event(self, url: str, body: Json, attempt: int, reason: str, patience: float) -> None:
        headers = {"Content-Type": "application/json"}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        await self._post(url, json.dumps(body).encode(), headers, patience)

    async def interaction(self, url: str, payload: Json, patience: float) -> Json:
        return await self._form(url, {"payload": json.dumps(payload)}, patience)

    async def command(self, url: str, payload: Json, patience: float) -> Json:
        return await self._form(url, payload, patience)

    async def _form(self, url: str, fields: Json, patience: float) -> Json:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        response = await self._post(url, urlencode(fields).encode(), headers, patience)
        if not response.content:
            return {}
        if response.headers.get("content-type", "").startswith("application/json"):
            answer = response.json()
            return answer if isinstance(answer, dict) else {}
        return {"text": response.text}

    async def _post(self, url: str, body: bytes, headers: dict[str, str], patience: float) -> httpx.Response:
        timestamp = str(int(self._clock()))
        headers |= {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
            "User-Agent": "Slackbot 1.0",
        }
        if self._client is None:  # Made when first needed: it reads the machine's certificates.
            self._client = httpx.AsyncClient(trust_env=False)
        try:
            response = await self._client.post(url, content=body, headers=headers, timeout=patience)
        except httpx.TimeoutException:
            raise NotAcked("http_timeout") from None
        except httpx.TransportError:
            raise NotAcked("connection_failed") from None
        if not response.is_success:
            raise NotAcked("no_retry" if response.headers.get("X-Slack-No-Retry") == "1" else "http_error")
        return response

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()
