#!/usr/bin/env python3
"""Follows a channel of Monitor Hermes: comes back by itself, and misses nothing on the way.

    pip install -r requirements.txt
    HERMES_TOKEN=<JWT> HERMES_CA=certs/ca/ca.pem python3 hermes_client.py

Frames go to standard output, one JSON text a line; everything else goes to standard error.

    HERMES_URL         the channel; default wss://localhost:8443/ws
    HERMES_TOKEN_FILE  file that holds the token; read again whenever one is needed, so it can be replaced
    HERMES_TOKEN       the token itself, where there is no such file
    HERMES_CA          CA file to trust, instead of the CAs of the system
    HERMES_SINCE       id to resume after; 0 is all that the history holds

In a program of your own, import `follow`.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

FIRST_CEILING = 1.0  # seconds that the first wait takes at most; doubled with each attempt that fails
LAST_CEILING = 30.0  # seconds that any wait takes at most
SETTLED = 10.0  # seconds that a connection must last before the next loss counts as the first again
MAX_FRAME = 2 * 1024 * 1024  # bytes; the library's default, 1 MiB, is just below the largest uplink

NEW_TOKEN = {401, 1008}
OUR_FAULT = {400, 403, 404, 1002, 1003, 1007, 1009}  # the same again would end the same way


class Stopped(Exception):
    """Trying again is of no use before something changes; the message says what."""


async def follow(
    url: str,
    get_token: Callable[[], Awaitable[str]],
    tls: ssl.SSLContext | None = None,
    since: str | None = None,
) -> AsyncIterator[dict]:
    """Yields the frames of a channel for ever; a frame counts as dealt with when the next one is asked for.

    get_token is called before every attempt. After a refusal it has to give another token than before.
    Raises Stopped.
    """
    attempt, refused = 0, None
    while True:
        token = await get_token()
        if token == refused:
            raise Stopped("this token was refused, and there is no newer one")
        code, reason, retry_after, opened_at = None, "", 0.0, None
        try:
            # The library pings every 20 s, and takes a connection with no answer in another 20 s for lost (1006).
            async with connect(
                with_since(url, since),
                ssl=tls,
                additional_headers={"Authorization": f"Bearer {token}"},
                max_size=MAX_FRAME,
            ) as socket:
                opened_at = time.monotonic()
                report("connected")
                try:
                    while True:
                        frame = json.loads(await socket.recv())
                        yield frame
                        # Only now: were the id kept before, a frame could be lost in between.
                        since = frame.get("id", since)
                except ConnectionClosed as closed:
                    close = closed.rcvd
                    code, reason = (close.code, close.reason) if close else (1006, "the connection was lost")
                finally:
                    await socket.close()  # with 1000; left to the library, a cancelled task closes with 1011
        except InvalidStatus as refusal:
            code, reason, retry_after = read_refusal(refusal.response)
        except ssl.SSLCertVerificationError as error:
            raise Stopped(f"the certificate of the server is not trusted: {error.verify_message}") from None
        except InvalidURI as error:
            raise Stopped(str(error)) from None
        except (OSError, InvalidHandshake) as error:
            reason = str(error) or type(error).__name__
        if code in OUR_FAULT:
            raise Stopped(f"{code} {reason}")
        if code in NEW_TOKEN:
            refused = token
        if opened_at is not None and time.monotonic() - opened_at >= SETTLED:
            attempt = 0
        wait = retry_after + random.uniform(0, min(LAST_CEILING, FIRST_CEILING * 2**attempt))
        attempt = min(attempt + 1, 16)
        report(f"{code or 'no connection'}: {reason or 'no reason given'}; next attempt in {wait:.1f} s")
        await asyncio.sleep(wait)


def with_since(url: str, since: str | None) -> str:
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "since"]
    return urlunsplit(parts._replace(query=urlencode(query + ([("since", since)] if since else []))))


def read_refusal(response) -> tuple[int, str, float]:
    """Status, reason and seconds to wait of a handshake that was refused with JSON `{"error","hint"}`."""
    body = (response.body or b"").decode(errors="replace")
    try:
        answer = json.loads(body)
        reason = f"{answer['error']} ({answer['hint']})"
    except (ValueError, KeyError, TypeError):
        reason = response.reason_phrase  # a proxy's own page
    retry_after = response.headers.get("Retry-After", "")
    return response.status_code, reason, float(retry_after) if retry_after.isdecimal() else 0.0


def report(line: str) -> None:
    print(f"hermes: {line}", file=sys.stderr, flush=True)


async def token_from_environment() -> str:
    """Put a call to your identity service here, if you have one."""
    path = os.environ.get("HERMES_TOKEN_FILE")
    token = Path(path).read_text().strip() if path else os.environ.get("HERMES_TOKEN")
    if not token:
        raise Stopped("there is no token: set HERMES_TOKEN_FILE or HERMES_TOKEN")
    return token


def tls_from_environment(url: str) -> ssl.SSLContext | None:
    """Verifies the chain and the name of the server, always. None for ws://, which is for development only."""
    if url.startswith("ws:"):
        return None
    ca = os.environ.get("HERMES_CA") or None
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise Stopped(f"HERMES_CA={ca} cannot be used: {error}") from None


async def main() -> None:
    task = asyncio.current_task()
    with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers here
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    url = os.environ.get("HERMES_URL", "wss://localhost:8443/ws")
    frames = follow(url, token_from_environment, tls_from_environment(url), os.environ.get("HERMES_SINCE"))
    async with contextlib.aclosing(frames):
        async for frame in frames:
            if frame.get("type") == "gap":
                report(f"messages are missing: the history begins at {frame['oldest']}")
            print(json.dumps(frame), flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (asyncio.CancelledError, KeyboardInterrupt):
        pass  # asked to end; the connection was closed in the ordinary way
    except (Stopped, OSError) as error:
        sys.exit(f"hermes: {error}")
