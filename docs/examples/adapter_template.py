"""An adapter to begin with: it speaks tidings-adapter/1 for a client that only pretends. Put yours in its place."""

import itertools
import json
import sys
import threading


class FakeClient:
    """To be replaced. It connects to nothing, and gets back what it sends."""

    def __init__(self, url, on_open, on_message, on_error, on_close):
        self.on_message = on_message
        on_open()

    def send(self, text):
        self.on_message(text)

    def close(self):
        pass


# 1. Who it is. List the options that the client really has.
HELLO = {
    "name": "fake",
    "version": "1.0",
    "language": "Python",
    "transports": ["ws"],
    "profiles": ["core-ws"],
    "options": [],
}


# 2. What the client shows, told at once: its callbacks may come from any thread.
writing = threading.Lock()
numbers = itertools.count(1)
clients = {}


def say(line):
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    sys.stdout.buffer.flush()


def report(client, event, **more):
    with writing:
        say({"seq": next(numbers), "client": client, "event": event, **more})


def open_client(name, url):
    def on_message(text):
        try:
            data = json.loads(text)
        except ValueError as error:
            report(name, "error", data=str(error))
        else:
            report(name, "message", data=data)

    return FakeClient(
        url,
        on_open=lambda: report(name, "open"),
        on_message=on_message,
        on_error=lambda error: report(name, "error", data=str(error)),
        on_close=lambda: report(name, "close"),
    )


# 3. What the kit asks for. What is not here is unsupported.
class Unsupported(Exception):
    pass


def client_of(command):
    name = command["client"]
    if name not in clients:
        raise LookupError(f"no client has the name {name}")
    return clients[name]


def carry_out(command):
    """Returns the members of the answer."""
    cmd = command["cmd"]
    if cmd == "hello":
        return HELLO
    if cmd == "open" and command["transport"] in HELLO["transports"] and "url" in command:
        clients[command["client"]] = open_client(command["client"], command["url"])
    elif cmd == "send":
        client_of(command).send(json.dumps(command["data"]))
    elif cmd == "close":
        client_of(command).close()
    elif cmd != "bye":
        raise Unsupported
    return {}


def answer(command):
    try:
        return {"ok": True, **carry_out(command)}
    except Unsupported:
        return {"ok": False, "error": "unsupported"}
    except Exception as error:
        return {"ok": False, "error": str(error) or type(error).__name__}


# 4. One line, one command. As bytes they end at 0x0A and nowhere else.
for line in sys.stdin.buffer:
    command = json.loads(line)
    answered = {"id": command["id"], **answer(command)}
    with writing:
        say(answered)
    if command["cmd"] == "bye":
        break
