import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Outgoing } from "../core/outgoing.ts";
import { type Connection, FanOut, type Form } from "./fan-out.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "setImmediate", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** Ends this turn of the event loop. */
const turn = () => vi.advanceTimersByTime(0);

/** A message that a log shows as this text. */
const message = (text: string | number) => Outgoing.of(String(text), { kind: "broadcast", message: {} });

/** The text as it is, and a space behind it. */
const plain: Form = { encode: ({ text }) => Buffer.from(`${text} `) };

/** A connection that keeps what it is given: each write, and its end. */
function recorder(form: Form = plain) {
  const writes: Buffer[] = [];
  const connection: Connection & { writes: Buffer[]; log: string[] } = {
    form,
    writes,
    get log() {
      return writes.map(String);
    },
    write: (bytes) => void writes.push(bytes),
    close: (code, reason) => void writes.push(Buffer.from(`${code} ${reason}`)),
  };
  return connection;
}

/** Connections that have joined. */
function joined(count: number, form?: Form) {
  const fanOut = new FanOut();
  const connections = Array.from({ length: count }, () => recorder(form));
  for (const connection of connections) fanOut.join(connection);
  return { fanOut, connections, first: connections[0] ?? recorder(), second: connections[1] ?? recorder() };
}

describe("a batch", () => {
  it("is all of a turn, in one buffer that all share, in one write", () => {
    const { fanOut, connections, first } = joined(3);

    for (const number of [1, 2, 3]) fanOut.publish(message(number));
    for (const { log } of connections) expect(log).toEqual([]);
    turn();

    for (const { log, writes } of connections) {
      expect(log).toEqual(["1 2 3 "]);
      expect(writes[0]).toBe(first.writes[0]);
    }
  });

  it("is written once", () => {
    const { fanOut, first } = joined(1);

    fanOut.publish(message(1));
    turn();
    turn();
    fanOut.publish(message(2));
    turn();

    expect(first.log).toEqual(["1 ", "2 "]);
  });

  it("is written at once when it is large", () => {
    const { fanOut, first } = joined(1);
    const long = "x".repeat(100_000);

    for (let count = 0; count < 4; count++) fanOut.publish(message(long));
    expect(first.log).toEqual([`${long} `.repeat(3)]);
    turn();

    expect(first.log).toEqual([`${long} `.repeat(3), `${long} `]);
  });

  it("has each message in the form of each wire, made once, and none for a wire without connections", () => {
    const made: string[] = [];
    const form = (name: string): Form => ({
      encode({ text }) {
        made.push(name + text);
        return Buffer.from(name + text);
      },
    });
    const [a, b, c] = [form("a"), form("b"), form("c")];
    const { fanOut, connections } = joined(2, a);
    const other = recorder(b);
    fanOut.join(other);
    const gone = recorder(c);
    fanOut.join(gone);
    fanOut.leave(gone);

    fanOut.publish(message(1));
    fanOut.publish(message(2));
    turn();

    for (const { log } of connections) expect(log).toEqual(["a1a2"]);
    expect(other.log).toEqual(["b1b2"]);
    expect(made).toEqual(["a1", "b1", "a2", "b2"]);
  });
});

describe("a busy server", () => {
  /** Publishes so many messages in one turn, to a connection that takes so long to write to. */
  function busyAfter(messages: number, writeMs: number) {
    const { fanOut, first } = joined(1);
    const { write } = first;
    first.write = (bytes) => {
      vi.advanceTimersByTime(writeMs);
      write(bytes);
    };
    for (let number = 1; number <= messages; number++) fanOut.publish(message(number));
    turn();
    first.writes.length = 0;
    fanOut.publish(message("next"));
    turn();
    return first;
  }

  it("rests after several messages as long as they took to write, and joins what comes meanwhile", () => {
    const connection = busyAfter(2, 3);
    expect(connection.log).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(connection.log).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(connection.log).toEqual(["next "]);
  });

  it("rests for 5 ms at most", () => {
    const connection = busyAfter(2, 50);
    vi.advanceTimersByTime(4);
    expect(connection.log).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(connection.log).toEqual(["next "]);
  });

  it("does not rest where messages come one by one", () => {
    expect(busyAfter(1, 50).log).toEqual(["next "]);
  });
});

describe("a reply", () => {
  it("goes to one alone, in order with what is published", () => {
    const { fanOut, first, second } = joined(2);

    fanOut.publish(message(1));
    fanOut.reply(first, Outgoing.pong);
    fanOut.publish(message(2));
    fanOut.reply(first, Outgoing.pong);
    fanOut.reply(first, Outgoing.pong);
    turn();

    const pong = `${Outgoing.pong.text} `;
    expect(first.log.join("")).toBe(`1 ${pong}2 ${pong}${pong}`);
    expect(second.log).toEqual(["1 2 "]);
  });

  it("with nothing before it is written at once, and what comes after it behind it", () => {
    const { fanOut, first } = joined(1);

    fanOut.reply(first, Outgoing.pong);
    expect(first.log).toEqual([`${Outgoing.pong.text} `]);
    fanOut.publish(message(1));
    turn();

    expect(first.log.slice(1)).toEqual(["1 "]);
  });
});

describe("a connection", () => {
  it("gets what is published from joining to leaving, and nothing else", () => {
    const { fanOut, first } = joined(1);
    const [late, later] = [recorder(), recorder()];

    fanOut.publish(message(1));
    fanOut.join(late);
    fanOut.publish(message(2));
    fanOut.join(later);
    fanOut.leave(first);
    turn();
    fanOut.publish(message(3));
    turn();

    expect(first.log).toEqual([]);
    expect(late.log).toEqual(["2 ", "3 "]);
    expect(later.log).toEqual(["3 "]);
    expect(fanOut.size).toBe(2);
  });

  it("that leaves and joins again in one turn gets no message twice", () => {
    const { fanOut, first } = joined(2);

    fanOut.publish(message(1));
    fanOut.catchUp(first);
    fanOut.leave(first);
    fanOut.join(first);
    fanOut.publish(message(2));
    turn();

    expect(first.log).toEqual(["1 ", "2 "]);
  });

  it("may leave twice, or without having joined", () => {
    const { fanOut, first } = joined(1);

    fanOut.leave(first);
    fanOut.leave(first);
    fanOut.leave(recorder());

    expect(fanOut.size).toBe(0);
  });

  it("that closes gets what was published before, once", () => {
    const { fanOut, first, second } = joined(2);

    fanOut.publish(message(1));
    fanOut.catchUp(first);
    fanOut.catchUp(first);
    expect(first.log).toEqual(["1 "]);
    turn();

    expect(first.log).toEqual(["1 "]);
    expect(second.log).toEqual(["1 "]);
  });

  it("that has left is not written to", () => {
    const { fanOut, first } = joined(1);

    fanOut.publish(message(1));
    fanOut.leave(first);
    fanOut.catchUp(first);
    turn();

    expect(first.log).toEqual([]);
  });
});

it("closes who is there, after all that was published, and who comes later", () => {
  const { fanOut, first: early } = joined(1);
  const late = recorder();

  fanOut.publish(message(1));
  fanOut.close(1001, "bye");
  fanOut.join(late);
  turn();

  expect(early.log).toEqual(["1 ", "1001 bye"]);
  expect(late.log).toEqual(["1001 bye"]);
  expect(fanOut.size).toBe(1);
});

it("gives everybody what is due and in order, whatever happens in whatever order", () => {
  let state = 1;
  /** A whole number from 0 up to `below`, the same in every run. */
  const any = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const forms: Form[] = [plain, { encode: ({ text }) => Buffer.from(`<${text}>`) }];

  for (let walk = 0; walk < 300; walk++) {
    const fanOut = new FanOut();
    const present = new Map<ReturnType<typeof recorder>, string>();
    const gone = new Map<ReturnType<typeof recorder>, string>();
    const due = (connection: Connection, text: string) => connection.form.encode(message(text)).toString();
    const one = () => [...present.keys()][any(present.size)] ?? recorder();
    const steps = [
      () => {
        const connection = recorder(forms[any(2)]);
        present.set(connection, "");
        fanOut.join(connection);
      },
      () => {
        const text = "x".repeat(any(20) === 0 ? 150_000 : any(3)) + any(1_000);
        for (const [connection, before] of present) present.set(connection, before + due(connection, text));
        fanOut.publish(message(text));
      },
      () => {
        const connection = one();
        if (!present.has(connection)) return;
        present.set(connection, present.get(connection) + due(connection, "reply"));
        fanOut.reply(connection, message("reply"));
      },
      () => fanOut.catchUp(one()),
      () => {
        const connection = one();
        if (any(4) > 0 || !present.has(connection)) return;
        gone.set(connection, present.get(connection) ?? "");
        present.delete(connection);
        fanOut.leave(connection);
      },
      turn,
      () => void vi.advanceTimersByTime(any(7)),
    ];
    for (let step = 0; step < 60; step++) steps[any(steps.length)]?.();
    vi.runAllTimers();

    for (const [connection, expected] of present) expect(connection.log.join("")).toBe(expected);
    for (const [connection, expected] of gone) expect(expected.startsWith(connection.log.join(""))).toBe(true);
  }
});
