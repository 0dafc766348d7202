/** What every adapter here is made of: it turns commands into calls of a client, and what the client shows into reports. */
import type { Answer, Command, Hello, OpenOptionName, OpenOptions, Report, Transport } from "../../adapter/protocol.ts";

/** What a client shows: a report, but for what the adapter itself adds. */
export type Shown = Omit<Report, "seq" | "client">;
/** Hands on at once what a client shows. */
export type Show = (shown: Shown) => void;
/** Where to connect to: one address, or what gives the next one each time that it is asked. */
export type Address = string | (() => string);

type Send = Omit<Extract<Command, { cmd: "send" }>, "cmd" | "client">;
type Environment = Omit<Extract<Command, { cmd: "environment" }>, "cmd">;

/** A client that was made. What it lacks is answered as unsupported; what it throws, with its words. */
export interface Client {
  /** @returns what the client itself says of the message, or undefined where it says nothing. */
  send?(message: Send): Answer["status"];
  connect?(): void;
  close?(): void;
}

/** Makes a client and has it connect. */
export type Open = (address: Address, options: OpenOptions, show: Show) => Client;

/** A library, and how its clients are made. */
export interface Driver extends Pick<Hello, "name" | "version" | "language" | "profiles" | "platform"> {
  /** The options of `open` that it can set. */
  options?: OpenOptionName[];
  /** One for each transport that it speaks. */
  open: { [transport in Transport]?: Open };
  environment?(environment: Environment): void;
}

/** The error of a command that a client has no way to carry out. */
export const unsupported = () => new Error("unsupported");

/** @returns the one address, for clients that cannot ask for the next. */
export function fixed(address: Address): string {
  if (typeof address === "string") return address;
  throw unsupported();
}

/** @returns the message that a program gets which parses what came, or the error that it gets instead. */
export function parsed(text: string, more: Partial<Shown> = {}): Shown {
  try {
    return { ...more, event: "message", data: JSON.parse(text) };
  } catch (error) {
    return { event: "error", data: String(error) };
  }
}

/** Asked more often than there are addresses, it stays with the last. */
function inTurn(urls: readonly string[]): () => string {
  let next = 0;
  return () => urls[Math.min(next++, urls.length - 1)] ?? "";
}

/**
 * Speaks `tidings-adapter/1` for a driver.
 * @param say takes a text that is to go to the kit: an answer or a report.
 * @param end is called when `bye` has been answered.
 * @returns what is to be called with each command that comes from the kit, as text.
 */
export function adapt(driver: Driver, say: (text: string) => void, end: () => void): (text: string) => void {
  const { open, environment, ...about } = driver;
  const clients = new Map<string, Client>();
  let seq = 0;

  const client = (name: string) => {
    const known = clients.get(name);
    if (known === undefined) throw new Error(`no client has the name ${name}`);
    return known;
  };

  function carryOut(command: Command): object {
    switch (command.cmd) {
      case "hello":
        return { ...about, transports: Object.keys(open) };
      case "open": {
        const make = open[command.transport];
        if (make === undefined) throw unsupported();
        const address = "url" in command ? command.url : inTurn(command.urls);
        const show: Show = (shown) => say(JSON.stringify({ seq: ++seq, client: command.client, ...shown }));
        clients.set(command.client, make(address, command.options, show));
        return {};
      }
      case "send": {
        const { send } = client(command.client);
        if (send === undefined) throw unsupported();
        return { status: send(command) };
      }
      case "connect":
      case "close": {
        const call = client(command.client)[command.cmd];
        if (call === undefined) throw unsupported();
        call();
        return {};
      }
      case "environment":
        if (environment === undefined) throw unsupported();
        environment(command);
        return {};
      case "bye":
        return {};
      default:
        throw unsupported();
    }
  }

  function answer(command: Command): object {
    try {
      return { ok: true, ...carryOut(command) };
    } catch (error) {
      return { ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  }

  return (text) => {
    const { id, ...command } = JSON.parse(text);
    say(JSON.stringify({ id, ...answer(command) }));
    if (command.cmd === "bye") end();
  };
}
