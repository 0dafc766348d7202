"""Adapter of Python's websockets: the iterator that connects again, which its documentation recommends to clients."""

import asyncio
import itertools
import json
import logging
import sys

import websockets

HELLO = {
    "name": "python-websockets",
    "version": websockets.__version__,
    "language": "Python",
    "transports": ["ws"],
    "profiles": ["core-ws", "reconnect"],
    "options": ["connectTimeoutMs"],
}


class Unsupported(Exception):
    """The client has no way to do what is asked."""


numbers = itertools.count(1)


def say(line):
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    sys.stdout.buffer.flush()


def report(client, event, **more):
    say({"seq": next(numbers), "client": client, "event": event, **more})


def parsed(text):
    data = json.loads(text)
    # Python takes NaN for JSON, the kit does not.
    json.dumps(data, allow_nan=False)
    return data


class FailedAttempts(logging.Handler):
    """The iterator tells of an attempt that failed by its logger alone."""

    def __init__(self, client):
        super().__init__()
        self.client = client

    def emit(self, record):
        if record.exc_info:
            report(self.client, "error", data=str(record.exc_info[1]) or record.exc_info[0].__name__)


class Client:
    def __init__(self, name, url, connectTimeoutMs=10_000):
        self.name = name
        self.websocket = None
        self.closed = False
        logger = logging.Logger(name, logging.INFO)
        logger.addHandler(FailedAttempts(name))
        connect = websockets.connect(url, open_timeout=connectTimeoutMs / 1000, logger=logger)
        self.task = asyncio.create_task(self.run(connect))

    async def run(self, connect):
        async for self.websocket in connect:
            report(self.name, "open")
            try:
                async for text in self.websocket:
                    self.show_message(text)
            except websockets.ConnectionClosed:
                pass
            self.websocket = None
            report(self.name, "close")
            if self.closed:
                break

    def show_message(self, text):
        try:
            report(self.name, "message", data=parsed(text))
        except (ValueError, RecursionError) as error:
            report(self.name, "error", data=str(error))

    async def send(self, data):
        if self.websocket is None:
            raise ConnectionError("no connection is open")
        await self.websocket.send(json.dumps(data))

    def close(self):
        self.closed = True
        if self.websocket is None:
            self.task.cancel()
        else:
            # Its end is waited for by the iterator.
            self.closing = asyncio.create_task(self.websocket.close())


clients = {}


def client(command):
    name = command["client"]
    if name not in clients:
        raise LookupError(f"no client has the name {name}")
    return clients[name]


async def carry_out(command):
    """Returns the members of the answer to a command."""
    if command["cmd"] == "hello":
        return HELLO
    if command["cmd"] == "open" and command["transport"] == "ws" and "url" in command:
        name = command["client"]
        clients[name] = Client(name, command["url"], **command["options"])
    elif command["cmd"] == "send":
        await client(command).send(command["data"])
    elif command["cmd"] == "close":
        client(command).close()
    elif command["cmd"] != "bye":
        raise Unsupported
    return {}


async def answer(command):
    try:
        say({"id": command["id"], "ok": True, **await carry_out(command)})
    except Unsupported:
        say({"id": command["id"], "ok": False, "error": "unsupported"})
    except Exception as error:
        say({"id": command["id"], "ok": False, "error": str(error) or type(error).__name__})


async def main():
    lines = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    tasks = set()
    # It ends lines at the byte 0x0A and nowhere else.
    async for line in lines:
        command = json.loads(line)
        # What waits for one connection keeps no command for another from being carried out.
        task = asyncio.create_task(answer(command))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        if command["cmd"] == "bye":
            await task
            return


asyncio.run(main())
