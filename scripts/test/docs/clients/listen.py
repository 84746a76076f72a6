"""What a reader of the documentation might write: it opens a socket, and leaves faults to Python, which prints them.

The argument is a Target as JSON.
"""

import asyncio
import json
import ssl
import sys

from websockets.asyncio.client import connect


async def main() -> None:
    target = json.loads(sys.argv[1])
    options = {}
    if "token" in target:
        options["additional_headers"] = {"Authorization": f"Bearer {target['token']}"}
    if "ca" in target and target["url"].startswith("wss:"):
        options["ssl"] = ssl.create_default_context(cafile=target["ca"])
    if "at" in target:
        options["host"] = target["at"]
    if "origin" in target:
        options["origin"] = target["origin"]
    if "patience" in target:
        options["open_timeout"] = target["patience"] / 1000
    async with connect(target["url"], **options) as socket:
        print("open", flush=True)
        if "send" in target:
            await socket.send(target["send"])
        if target.get("slow"):
            await asyncio.to_thread(sys.stdin.read)
        if target.get("stay"):
            async for _ in socket:
                pass


asyncio.run(main())
