"""A broadcast as FastAPI's own tutorial has it: the sockets in a list, and a loop that awaits each."""

import json
import os

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect

app = FastAPI()
sockets: list[WebSocket] = []
by_number: dict[str, WebSocket] = {}


async def serve(socket: WebSocket, number: str | None) -> None:
    await socket.accept()
    sockets.append(socket)
    if number:
        by_number[number] = socket
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        sockets.remove(socket)
        if number and by_number.get(number) is socket:
            del by_number[number]


@app.websocket("/ws")
async def general(socket: WebSocket) -> None:
    await serve(socket, None)


@app.websocket("/ws/{number}")
async def numbered(socket: WebSocket, number: str) -> None:
    await serve(socket, number)


@app.post("/messages")
async def publish(request: Request, to: str | None = None) -> Response:
    for line in (await request.body()).decode().split("\n"):
        text = json.dumps(json.loads(line), separators=(",", ":"))
        receivers = [by_number[to]] if to in by_number else [] if to else list(sockets)
        for socket in receivers:
            try:
                await socket.send_text(text)
            except (WebSocketDisconnect, RuntimeError):
                pass  # It has left; its own handler sees to it.
    return Response("{}", status_code=202, media_type="application/json")


if __name__ == "__main__":
    port = int(os.environ["PORT"])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", ws_per_message_deflate=False)
