/** Starts a sham server: the plain one, with at most one fault and any oddities. */
import type { Socket } from "node:net";
import { type FaultName, faults } from "./faults.ts";
import { closePayload, frameBytes, opcode } from "./frames.ts";
import { type Addresses, listen } from "./listener.ts";
import { type OddityName, oddities } from "./oddities.ts";
import { plainSteps } from "./plain-steps.ts";
import type { Connection, Override, Room, Stream } from "./steps.ts";
import { later } from "./timing.ts";

export interface ShamServer extends Addresses {
  close(): Promise<void>;
}

export interface ShamServerOptions {
  readonly fault?: FaultName;
  readonly oddities?: readonly OddityName[];
  readonly port?: number;
}

export function startShamServer(options: ShamServerOptions = {}): Promise<ShamServer> {
  return startWith(overridesOf(options), options.port);
}

/** Starts the plain server with these overrides, each of which goes before those to its left. */
export async function startWith(overrides: readonly Override[], port?: number): Promise<ShamServer> {
  const connections: Connection[] = [];
  const streams: Stream[] = [];
  const room: Room = {
    connections,
    streams,
    get steps() {
      return steps;
    },
    close(connection, code) {
      if (connection.state !== "open") return;
      steps.leave(connection);
      connection.state = "closing";
      steps.write(connection, frameBytes(opcode.close, closePayload(code)));
      later(1000, () => connection.socket.destroy());
    },
    end(stream) {
      if (stream.connection.state !== "streaming") return;
      steps.leaveStream(stream);
      steps.endBody(stream);
      steps.hangUp(stream.connection);
    },
    stopAccepting: () => listener.stopAccepting(),
    crash: () => listener.crash(),
  };
  let steps = plainSteps(room);
  for (const override of overrides) steps = { ...steps, ...override(steps, room) };

  let accepted = 0;
  const listener = await listen((socket) => {
    accepted += 1;
    attend(room, socket, accepted);
  }, port);
  return listener;
}

/** The fault comes last, so that no oddity hides it. */
function overridesOf({ fault, oddities: names = [] }: ShamServerOptions): readonly Override[] {
  const chosen = names.map((name) => oddities[name].steps);
  return fault === undefined ? chosen : [...chosen, faults[fault].steps];
}

/** Leads what happens on one TCP connection to the steps. */
function attend(room: Room, socket: Socket, number: number): void {
  const connection: Connection = {
    number,
    socket,
    state: "opening",
    deflates: false,
    unread: Buffer.alloc(0),
    fragments: [],
  };
  let lost = false;
  const end = (how: "fin" | "reset") => {
    if (!lost) onEnd(room, connection, how);
    lost = true;
  };
  socket.on("data", (chunk) => onData(room, connection, chunk));
  socket.on("end", () => end("fin"));
  socket.on("close", () => end("reset"));
}

function onData({ steps }: Room, connection: Connection, chunk: Buffer): void {
  const { state } = connection;
  if (state === "opening") steps.onRequestBytes(connection, chunk);
  else if (state === "open" || state === "closing") steps.onBytes(connection, chunk);
}

function onEnd({ steps }: Room, connection: Connection, how: "fin" | "reset"): void {
  const { state, stream, post } = connection;
  if (state === "open") steps.onLost(connection, how);
  else if (state === "streaming" && stream !== undefined) steps.onStreamLost(stream, how);
  else if (state === "opening" && post !== undefined) steps.onAborted(post, how);
}
