/** Starts a sham server: the plain one, with at most one fault and any oddities. */
import type { Socket } from "node:net";
import { type FaultName, faults } from "./faults.ts";
import { closePayload, frameBytes, opcode } from "./frames.ts";
import { listen } from "./listener.ts";
import { type OddityName, oddities } from "./oddities.ts";
import { plainSteps } from "./plain-steps.ts";
import type { Connection, Override, Room } from "./steps.ts";
import { later } from "./timing.ts";

export interface ShamServer {
  readonly url: string;
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
  const room: Room = {
    connections,
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
  return { url: listener.url, close: listener.close };
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
    if (!lost && connection.state === "open") room.steps.onLost(connection, how);
    lost = true;
  };
  socket.on("data", (chunk) => {
    if (connection.state === "opening") room.steps.onHandshakeBytes(connection, chunk);
    else if (connection.state !== "closed") room.steps.onBytes(connection, chunk);
  });
  socket.on("end", () => end("fin"));
  socket.on("close", () => end("reset"));
}
