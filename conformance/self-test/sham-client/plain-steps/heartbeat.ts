/** The heartbeat: pings, and what their answers tell. */
import { opcode } from "../../sham-server/frames.ts";
import type { HeartbeatSteps, Room } from "../steps.ts";
import { after, every } from "../timing.ts";

/** A timer that is later than this was held up with everything else: it says nothing of the connection. */
const heldUpMs = 250;

export function heartbeatSteps(room: Room): HeartbeatSteps {
  return {
    startHeartbeat(connection) {
      const { heartbeatIntervalMs } = connection.client.settings;
      const now = performance.now();
      const before = connection.heartbeat ?? { heardAt: now, pings: 0, probedAt: Number.NEGATIVE_INFINITY };
      connection.heartbeat?.beats.cancel();
      connection.heartbeat = { ...before, beats: every(heartbeatIntervalMs, () => room.steps.beat(connection)) };
    },

    beat(connection) {
      const { heartbeat, client } = connection;
      if (heartbeat === undefined) return;
      room.steps.ping(connection);
      const { heartbeatIntervalMs, pongTimeoutMs } = client.settings;
      const silentMs = performance.now() - heartbeat.heardAt;
      if (heartbeat.deadline === undefined)
        room.steps.expectLife(connection, Math.max(pongTimeoutMs, heartbeatIntervalMs + pongTimeoutMs - silentMs));
    },

    ping(connection) {
      if (connection.heartbeat !== undefined) connection.heartbeat.pings += 1;
      room.steps.sendText(connection, room.steps.pingText());
    },

    pingText: () => '{"type":"ping"}',

    onLife({ heartbeat }) {
      if (heartbeat === undefined) return;
      heartbeat.heardAt = performance.now();
      heartbeat.deadline?.cancel();
      heartbeat.deadline = undefined;
    },

    expectLife(connection, withinMs) {
      const { heartbeat } = connection;
      if (heartbeat === undefined) return;
      heartbeat.deadline?.cancel();
      heartbeat.deadline = after(withinMs, (lateMs) => room.steps.onSilence(connection, lateMs));
    },

    onSilence(connection, lateMs) {
      const { heartbeat } = connection;
      if (lateMs > heldUpMs) return room.steps.probe(connection);
      const { deadline } = heartbeat ?? {};
      // What has come meanwhile is read first.
      setImmediate(() => {
        if (deadline !== undefined && connection.heartbeat?.deadline === deadline) room.steps.giveUpOn(connection);
      });
    },

    probe(connection) {
      const { heartbeat, openedAt, client } = connection;
      const now = performance.now();
      if (heartbeat === undefined || now - heartbeat.probedAt < heldUpMs) return;
      heartbeat.probedAt = now;
      if (heartbeat.pings <= (now - openedAt) / client.settings.heartbeatIntervalMs) {
        room.steps.startHeartbeat(connection);
        room.steps.ping(connection);
      } else room.steps.write(connection, room.steps.frame(opcode.ping, Buffer.alloc(0)));
      room.steps.expectLife(connection, client.settings.pongTimeoutMs);
    },

    giveUpOn(connection) {
      room.steps.onLost(connection, { how: "lost", reason: "nothing came any more" });
      room.steps.startClose(connection, 4000);
      // Nobody may be there to answer.
      connection.socket.destroySoon();
      connection.state = "over";
    },

    stopHeartbeat(connection) {
      connection.heartbeat?.beats.cancel();
      connection.heartbeat?.deadline?.cancel();
      connection.heartbeat = undefined;
    },

    onWake() {
      for (const { connection } of room.clients.values())
        if (connection?.state === "open") room.steps.probe(connection);
    },
  };
}
