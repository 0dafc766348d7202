"""A broadcast server on Python's `websockets`, as its documentation leads one to write it. Its argument is the port."""

import asyncio
import json
import sys

import websockets

connections = set()


async def serve(connection, path=None):
    connections.add(connection)
    try:
        async for text in connection:
            try:
                message = json.loads(text)
            except ValueError:
                continue
            if not isinstance(message, dict):
                continue
            if message.get("type") == "ping":
                await connection.send('{"type": "pong"}')
            else:
                websockets.broadcast(connections, json.dumps(message))
    finally:
        connections.discard(connection)


async def main():
    async with websockets.serve(serve, "127.0.0.1", int(sys.argv[1])):
        await asyncio.Future()


asyncio.run(main())
