import { expect, it } from "vitest";
import type { Connection } from "../core/connection.ts";
import { Outgoing } from "../core/outgoing.ts";
import { Hub } from "./hub.ts";

/** A message that a log shows as this number. */
const message = (number: number) => Outgoing.of(String(number), { kind: "broadcast", message: {} });

/** A connection that writes down what it is told. */
function recorder(): Connection & { log: string[] } {
  const log: string[] = [];
  return {
    log,
    send: ({ text }) => void log.push(text),
    close: (code, reason) => void log.push(`${code} ${reason}`),
  };
}

it("publishes to everybody in one order", () => {
  const hub = new Hub();
  const connections = [recorder(), recorder()];
  for (const connection of connections) hub.join(connection);

  hub.publish(message(1));
  hub.publish(message(2));

  for (const { log } of connections) expect(log).toEqual(["1", "2"]);
});

it("replies to one alone, in order with what is published", () => {
  const hub = new Hub();
  const [asker, other] = [recorder(), recorder()];
  hub.join(asker);
  hub.join(other);

  hub.publish(message(1));
  hub.reply(asker, Outgoing.pong);
  hub.publish(message(2));

  expect(asker.log).toEqual(["1", Outgoing.pong.text, "2"]);
  expect(other.log).toEqual(["1", "2"]);
});

it("delivers from joining to leaving only", () => {
  const hub = new Hub();
  const connection = recorder();

  hub.publish(message(0));
  hub.join(connection);
  hub.publish(message(1));
  expect(hub.size).toBe(1);
  hub.leave(connection);
  hub.leave(connection);
  hub.publish(message(2));

  expect(connection.log).toEqual(["1"]);
  expect(hub.size).toBe(0);
});

it("closes who is there and who comes later", () => {
  const hub = new Hub();
  const [early, late] = [recorder(), recorder()];

  hub.join(early);
  hub.close(1001, "bye");
  hub.join(late);

  expect(early.log).toEqual(["1001 bye"]);
  expect(late.log).toEqual(["1001 bye"]);
  expect(hub.size).toBe(1);
});
