/** Faults in keeping silent: messages that no client's message caused. */
import type { Fault } from "../faults.ts";
import type { Override, Room } from "../steps.ts";
import { every, later } from "../timing.ts";

export const greets: Override = (plain, room) => ({
  onOpen(connection) {
    plain.onOpen(connection);
    room.steps.sendText(connection, '{"type":"welcome","text":"Hello!"}');
  },
});

export const announces: Override = (plain, room) => ({
  onOpen(connection) {
    plain.onOpen(connection);
    tellAll(room, { type: "joined", count: room.connections.length });
  },
  leave(connection) {
    plain.leave(connection);
    tellAll(room, { type: "left", count: room.connections.length });
  },
});

function tellAll(room: Room, notice: object): void {
  for (const connection of [...room.connections]) room.steps.sendText(connection, JSON.stringify(notice));
}

export const silenceFaults = {
  "silence.greets": {
    breaks: "CORE-S8",
    description: "A connection is greeted when it opens.",
    steps: greets,
  },
  "silence.greets-after-100-ms": {
    breaks: "CORE-S8",
    description: "A connection is greeted 100 ms after it opened.",
    steps: (plain, room) => ({
      onOpen(connection) {
        plain.onOpen(connection);
        later(100, () => room.steps.sendText(connection, '{"type":"welcome"}'));
      },
    }),
  },
  "silence.announces": {
    breaks: "CORE-S8",
    description: "Everybody is told who joins and who leaves.",
    steps: announces,
  },
  "silence.tells-the-time": {
    breaks: "CORE-S8",
    description: "Every connection is told the time every 100 ms.",
    steps: (plain, room) => ({
      onOpen(connection) {
        plain.onOpen(connection);
        every(100, connection, () =>
          room.steps.sendText(connection, JSON.stringify({ type: "time", now: Date.now() })),
        );
      },
    }),
  },
} satisfies { readonly [name: string]: Fault };
