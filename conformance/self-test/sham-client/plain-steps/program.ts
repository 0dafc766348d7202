/** What the program asks for: to connect, to send, to close; and what the platform tells. */
import type { ProgramSteps, Room } from "../steps.ts";

export function programSteps(room: Room): ProgramSteps {
  return {
    connect(client) {
      if (!["idle", "closed", "failed"].includes(client.state)) return;
      client.failures = -1;
      client.delays = 0;
      client.refusals = 0;
      room.steps.attempt(client);
    },

    send(client, data, options, sendId) {
      if (client.state === "closed" || client.state === "failed") return "rejected";
      const text = JSON.stringify(data);
      const { connection } = client;
      if (connection?.state !== "open" || client.queue.length > 0)
        return room.steps.enqueue(client, text, options, sendId);
      room.steps.sendText(connection, text);
      return "sent";
    },

    close(client) {
      if (client.state === "closed") return;
      const { connection } = client;
      client.wait?.timer.cancel();
      client.wait = undefined;
      client.connectTimer?.cancel();
      if (connection?.state === "connecting") room.steps.abandon(connection);
      if (connection?.state === "open") {
        room.steps.leave(connection);
        if (connection.stream === undefined) room.steps.startClose(connection, 1000);
        else connection.socket.destroy();
        room.steps.report(client, "close");
      }
      room.steps.rejectQueue(client);
      room.steps.setState(client, "closed");
    },

    onEnvironment(client, { online, visible }) {
      const { connection, wait } = client;
      if (connection?.state === "open" && (online || visible)) room.steps.probe(connection);
      if (!online || wait === undefined) return;
      wait.timer.cancel();
      const floor = Math.max(0, wait.notBefore - performance.now());
      const soon = Math.min(1000, room.steps.nominalDelay(client)) * Math.random();
      room.steps.wait(client, floor + soon, floor, "online");
    },
  };
}
