/** The adapter: commands to calls of the client, and what it shows to reports. */
import { type OpenOptions, openOptionNames, type SendOptions, type Transport } from "../../../adapter/protocol.ts";
import { parse } from "../../sham-server/message-kinds.ts";
import type { AdapterSteps, Client, Room } from "../steps.ts";

export const profiles = ["core-ws", "core-sse", "reconnect", "queue", "liveness", "state", "sse"] as const;

const unsupported = { ok: false, error: "unsupported" };

export function adapterSteps(room: Room): AdapterSteps {
  let reports = 0;
  return {
    onLine(line) {
      const command = parse(line);
      if (isCommand(command)) room.steps.onCommand(command.id, command);
      else process.stderr.write(`no command: ${line}\n`);
    },

    onCommand(id, command) {
      try {
        room.steps.answer(id, carryOut(room, command));
      } catch (error) {
        room.steps.answer(id, { ok: false, error: error instanceof Error ? error.message : String(error) });
      }
      if (command.cmd === "bye") room.steps.onBye();
    },

    onBye: () => room.exit(0),

    hello: () => ({
      name: "sham client",
      version: "1",
      language: "Node.js",
      transports: ["ws", "sse"],
      profiles: [...profiles],
      options: [...openOptionNames],
    }),

    answer(id, answer) {
      room.steps.writeLine({ id, ...answer });
    },

    report(client, event, told = {}) {
      reports += 1;
      room.steps.writeLine({ seq: reports, client: client.name, event, ...told });
    },

    writeLine(line) {
      room.output(`${JSON.stringify(line)}\n`);
    },
  };
}

function isCommand(value: unknown): value is Record<string, unknown> & { readonly id: number } {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "number";
}

/** The answer. The names of members are those of the protocol, whose types the kit keeps to. */
function carryOut(room: Room, command: Record<string, unknown>): object {
  switch (command.cmd) {
    case "hello":
      return { ok: true, ...room.steps.hello() };
    case "open":
      return open(room, command as unknown as OpenCommand);
    case "send":
      return send(room, command as unknown as SendCommand);
    case "connect":
      room.steps.connect(clientOf(room, command));
      return { ok: true };
    case "close":
      room.steps.close(clientOf(room, command));
      return { ok: true };
    case "environment":
      for (const client of room.clients.values()) room.steps.onEnvironment(client, command);
      return { ok: true };
    case "bye":
      return { ok: true };
    default:
      return unsupported;
  }
}

interface OpenCommand {
  readonly client: string;
  readonly transport: Transport;
  readonly url?: string;
  readonly urls?: readonly string[];
  readonly options?: OpenOptions;
}

interface SendCommand extends Record<string, unknown> {
  readonly data: unknown;
  readonly options?: SendOptions;
  readonly sendId?: string;
}

function open(room: Room, { client: name, transport, url = "", urls = [url], options = {} }: OpenCommand): object {
  room.steps.connect(room.make(name, transport, urls, options));
  return { ok: true };
}

function send(room: Room, command: SendCommand): object {
  const client = clientOf(room, command);
  if (client.transport === "sse") return unsupported;
  return { ok: true, status: room.steps.send(client, command.data, command.options ?? {}, command.sendId) };
}

function clientOf(room: Room, { client: name }: Record<string, unknown>): Client {
  const client = room.clients.get(String(name));
  if (client === undefined) throw new Error(`There is no client "${name}".`);
  return client;
}
