import { beforeEach, describe, expect, it } from "vitest";
import { Outbox, type OverflowPolicy, type Sending } from "./outbox.ts";
import { SimulatedClock } from "./simulated-clock.ts";
import { SimulatedLine } from "./simulated-transport.ts";

const KIB = "x".repeat(1_024);

let clock: SimulatedClock;
let overflows: string[];
let line: SimulatedLine;
let outbox: Outbox;

function outboxOf(options: { maxMessages?: number; maxBytes?: number; policy?: OverflowPolicy } = {}): Outbox {
  const { maxMessages = 1_000, maxBytes = 1_048_576, policy = "reject" } = options;
  return new Outbox({ clock, maxMessages, maxBytes, policy, overflowed: (outcome) => overflows.push(outcome) });
}

const giveAll = (texts: string[]) => texts.map((text) => outbox.give(text));
const outcomes = (sendings: Sending[]) => Promise.all(sendings.map(({ settled }) => settled));

beforeEach(() => {
  clock = new SimulatedClock();
  overflows = [];
  line = new SimulatedLine({ opened() {}, text() {}, event() {}, trouble() {}, ended() {} });
  outbox = outboxOf();
});

it("hands over at once what it is given while a connection is open, however much is on its way", () => {
  outbox.attach(line);
  line.bufferedBytes = 100_000_000;
  expect(outbox.give("a").status).toBe("sent");
  expect(line.sent).toEqual(["a"]);
});

it("sends what was queued in order, ahead of all that comes later (QUEUE-3b)", async () => {
  const sendings = giveAll(["a", "b", "c"]);
  expect(sendings.map(({ status }) => status)).toEqual(["queued", "queued", "queued"]);
  outbox.attach(line);
  outbox.give("d");
  expect(line.sent).toEqual(["a", "b", "c", "d"]);
  expect(await outcomes(sendings)).toEqual(["sent", "sent", "sent"]);
});

describe("a connection that does not take what it is handed", () => {
  it("gets no more than the mark allows, and the rest in order when it does (QUEUE-7a)", () => {
    giveAll(Array.from({ length: 1_000 }, (_, index) => `${index}${KIB.slice(24)}`));
    line.send = (text) => {
      line.sent.push(text);
      line.bufferedBytes += text.length;
      return undefined;
    };
    outbox.attach(line);
    expect(line.bufferedBytes).toBeLessThanOrEqual(262_144);
    expect(outbox.give("last").status).toBe("queued");
    for (let turn = 0; turn < 10; turn++) {
      line.bufferedBytes = 0;
      clock.pass(20);
    }
    expect(line.sent.map((text) => text.replaceAll("x", ""))).toEqual(
      [...Array(1_000).keys()].map(String).concat("last"),
    );
  });

  it("keeps what it was not handed for the next one, and never sends again what it was (QUEUE-3c, QUEUE-3d)", () => {
    giveAll(["a", "b", "c"]);
    line.send = (text) => {
      line.sent.push(text);
      line.bufferedBytes = 300_000;
      return undefined;
    };
    outbox.attach(line);
    outbox.detach();
    const next = new SimulatedLine(line.client);
    outbox.attach(next);
    clock.pass(1_000);
    expect([line.sent, next.sent]).toEqual([["a"], ["b", "c"]]);
  });

  it("takes a message that is longer than the mark when nothing is before it", () => {
    outbox.give(KIB.repeat(500));
    outbox.attach(line);
    expect(line.sent).toHaveLength(1);
  });
});

describe("a full queue", () => {
  it.each([
    ["reject", ["a", "b"], ["sent", "sent", "rejected", "rejected"], ["rejected", "rejected"]],
    ["drop-newest", ["a", "b"], ["sent", "sent", "dropped", "dropped"], ["dropped", "dropped"]],
    ["drop-oldest", ["c", "d"], ["dropped", "dropped", "sent", "sent"], ["dropped", "dropped"]],
  ] as const)("keeps what %s says (QUEUE-2c), and shows the others (QUEUE-2d)", async (policy, kept, all, shown) => {
    outbox = outboxOf({ maxMessages: 2, policy });
    const sendings = giveAll(["a", "b", "c", "d"]);
    outbox.attach(line);
    expect([line.sent, await outcomes(sendings), overflows]).toEqual([kept, all, shown]);
  });

  it("counts bytes, not characters (QUEUE-2b)", () => {
    outbox = outboxOf({ maxBytes: 10 });
    expect(giveAll(["ä".repeat(4), "ä", "ä"]).map(({ status }) => status)).toEqual(["queued", "queued", "rejected"]);
  });

  it("drops nothing for a message that never fits", () => {
    outbox = outboxOf({ maxBytes: 4, policy: "drop-oldest" });
    expect(giveAll(["ab", "abcde", "cd", "ef"]).map(({ status }) => status)).toEqual([
      "queued",
      "rejected",
      "queued",
      "queued",
    ]);
    outbox.attach(line);
    expect(line.sent).toEqual(["cd", "ef"]);
  });

  it("has room again when messages have gone", () => {
    outbox = outboxOf({ maxMessages: 1, maxBytes: 3 });
    outbox.give("abc");
    outbox.attach(line);
    outbox.detach();
    expect(outbox.give("def").status).toBe("queued");
  });
});

describe("messages that do not wait", () => {
  it("expire on time (QUEUE-4b)", async () => {
    const sending = outbox.give("a", { ttlMs: 500 });
    outbox.give("b");
    clock.pass(500);
    expect(await sending.settled).toBe("expired");
    outbox.attach(line);
    expect(line.sent).toEqual(["b"]);
  });

  it("are not sent by a timer that is late (QUEUE-4a)", async () => {
    const sending = outbox.give("a", { ttlMs: 500 });
    clock.freeze(500);
    outbox.attach(line);
    expect([line.sent, await sending.settled]).toEqual([[], "expired"]);
  });

  it("are sent within their time, and do not expire after that", async () => {
    const sending = outbox.give("a", { ttlMs: 500 });
    clock.pass(499);
    outbox.attach(line);
    clock.pass(1_000);
    expect([line.sent, await sending.settled]).toEqual([["a"], "sent"]);
  });

  it("are rejected where they are volatile and would have to wait (QUEUE-4c)", async () => {
    const early = outbox.give("a", { volatile: true });
    outbox.attach(line);
    const late = outbox.give("b", { volatile: true });
    expect([early.status, await early.settled, late.status]).toEqual(["rejected", "rejected", "sent"]);
    expect(line.sent).toEqual(["b"]);
  });
});

it("rejects all that waits when there will be no connection (QUEUE-6)", async () => {
  const sendings = giveAll(["a", "b"]);
  outbox.rejectAll();
  outbox.attach(line);
  expect([await outcomes(sendings), line.sent]).toEqual([["rejected", "rejected"], []]);
});

describe("where each message is answered", () => {
  let answer: (accepted: boolean) => void;

  beforeEach(() => {
    line.send = (text) => {
      line.sent.push(text);
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
  });

  it("one goes after the other, and settles as it was answered", async () => {
    outbox.attach(line);
    const sendings = giveAll(["a", "b"]);
    expect([line.sent, sendings.map(({ status }) => status)]).toEqual([["a"], ["queued", "queued"]]);
    answer(true);
    expect(await sendings[0]?.settled).toBe("sent");
    expect(line.sent).toEqual(["a", "b"]);
    answer(false);
    expect(await sendings[1]?.settled).toBe("rejected");
  });
});
