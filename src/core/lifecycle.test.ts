import { beforeEach, describe, expect, it } from "vitest";
import { type Ending, endingOfClose } from "./ending.ts";
import { Lifecycle, type LifecycleSettings } from "./lifecycle.ts";
import type { ClientState, Notice } from "./notice.ts";
import { SimulatedClock } from "./simulated-clock.ts";
import { SimulatedTransport } from "./simulated-transport.ts";

const defaults: LifecycleSettings = {
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
  maxAttempts: Number.POSITIVE_INFINITY,
  stableAfterMs: 5_000,
  connectTimeoutMs: 10_000,
  heartbeatIntervalMs: 30_000,
  pongTimeoutMs: 10_000,
  queueMaxMessages: 1_000,
  queueMaxBytes: 1_048_576,
  queueOverflow: "reject",
};
/** With the highest of all chances a delay is all of its range. */
const almostOne = 1 - Number.EPSILON;
const LONG = 10 * 3_600_000;

let clock: SimulatedClock;
let transport: SimulatedTransport;
let shown: Notice[];
let client: Lifecycle;

function start(settings: Partial<LifecycleSettings> = {}): void {
  clock = new SimulatedClock();
  transport = new SimulatedTransport();
  shown = [];
  const show = (...notices: Notice[]) => void shown.push(...notices);
  client = new Lifecycle({ ...defaults, ...settings }, { transport, clock, random: () => almostOne, show });
}

function connect(settings: Partial<LifecycleSettings> = {}): void {
  start(settings);
  client.connect();
}

function open(settings: Partial<LifecycleSettings> = {}): void {
  connect(settings);
  transport.last.open();
}

function refuse(ending: Partial<Ending> = {}): void {
  connect();
  transport.last.end(ending);
}

/** Has the attempt under way, or the connection, end; and the next attempt begin. @returns the delay */
function endAndWait(ending = {}): number {
  transport.last.end(ending);
  const { state } = client;
  if (state.state !== "waiting") throw new Error(`it is ${state.state}`);
  clock.pass(state.delayMs);
  return state.delayMs;
}

const states = () => shown.flatMap((notice) => (notice.kind === "state" ? [notice.value.state] : []));
const kinds = () => shown.map((notice) => (notice.kind === "state" ? notice.value.state : notice.kind));
const errors = () => shown.flatMap((notice) => (notice.kind === "error" ? [notice.value.code] : []));

beforeEach(() => start());

describe("what it shows", () => {
  it("a connection that is open, and its end (CORE-C1a, CORE-C1c)", () => {
    open();
    transport.last.end({ code: 1012, reason: "restart" });
    expect(kinds()).toEqual(["connecting", "open", "open", "close", "waiting"]);
    expect(shown[3]).toEqual({ kind: "close", value: { code: 1012, reason: "restart" } });
  });

  it("an error for an attempt that failed (CORE-C1b), and the delay after it (RECON-4a)", () => {
    connect();
    transport.last.end({ reason: "refused" });
    expect(kinds()).toEqual(["connecting", "error", "waiting"]);
    expect(client.state).toEqual({
      state: "waiting",
      attempt: 1,
      delayMs: 1_000,
      retryAt: clock.date() + 1_000,
      reason: "refused",
    });
  });

  it("messages, and an error for what is not JSON (CORE-C5b)", () => {
    open();
    for (const text of ["{", '{"type":"pong"}', '{"a":1}']) transport.last.client.text(text);
    expect(kinds().slice(3)).toEqual(["error", "message"]);
    expect(transport.alive).toBe(1);
  });

  it("nothing of a line that it has let go of", () => {
    open();
    const old = transport.last;
    client.close();
    client.connect();
    shown = [];
    old.client.opened();
    old.client.text('{"a":1}');
    old.client.event({ type: "message", data: "1", lastEventId: "" });
    old.client.trouble("late");
    old.client.ended({ sequel: "stop", reason: "late" });
    expect([shown, client.state.state]).toEqual([[], "connecting"]);
  });
});

describe("delays", () => {
  it("double until the longest (RECON-3b)", () => {
    connect();
    const delays = Array.from({ length: 8 }, () => endAndWait());
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("begin anew after a connection that was stable (CORE-C8), and not before (RECON-5)", () => {
    connect();
    endAndWait();
    const afterOpenFor = (ms: number) => {
      transport.last.open();
      clock.pass(ms);
      return endAndWait();
    };
    expect([50, 4_999, 5_000, 0].map(afterOpenFor)).toEqual([2_000, 4_000, 1_000, 2_000]);
  });

  it("are not shorter than the server asks (RECON-8a), and longer by chance", () => {
    open();
    expect(endAndWait(endingOfClose(1012, "restart;retry=4000"))).toBe(6_000);
  });
});

describe("a limit of attempts", () => {
  it("does not count the first of all (CORE-C7e)", () => {
    connect({ maxAttempts: 2 });
    endAndWait();
    endAndWait();
    transport.last.end();
    clock.pass(LONG);
    expect([transport.lines.length, client.state.state]).toEqual([3, "failed"]);
    expect(errors()).toEqual(["attempt-failed", "attempt-failed", "attempt-failed", "gave-up"]);
  });

  it("counts from a loss on", () => {
    open({ maxAttempts: 2 });
    endAndWait();
    endAndWait();
    transport.last.end();
    expect([transport.lines.length, client.state.state]).toEqual([3, "failed"]);
  });

  it("does not end a client whose connections open, however short they are", () => {
    open({ maxAttempts: 2 });
    for (let turn = 0; turn < 10; turn++) {
      endAndWait();
      transport.last.open();
    }
    expect(client.state.state).toBe("open");
  });

  it("of none means that nothing is tried again", () => {
    connect({ maxAttempts: 0 });
    transport.last.end();
    expect(client.state.state).toBe("failed");
  });
});

describe("an attempt", () => {
  it("is given up when it takes too long (RECON-6)", () => {
    connect();
    clock.pass(10_000);
    expect([transport.last.left, errors(), client.state.state]).toEqual([
      { code: 1000, cut: true },
      ["attempt-failed"],
      "waiting",
    ]);
  });

  it("is given up when the program closes the client (RECON-1b)", () => {
    connect();
    client.close();
    clock.pass(LONG);
    expect([transport.lines.length, transport.alive, client.state.state]).toEqual([1, 0, "closed"]);
  });
});

describe("close codes", () => {
  it.each([1002, 1003, 1007, 1010, 4400, 4499, 3003, 3008])(
    "%i stops it with an error (RECON-7b, RECON-7c)",
    (code) => {
      open();
      transport.last.end(endingOfClose(code, ""));
      clock.pass(LONG);
      expect([transport.lines.length, client.state.state, errors()]).toEqual([1, "failed", ["stopped"]]);
    },
  );

  it("1000 ends it without one", () => {
    open();
    transport.last.end(endingOfClose(1000, "bye"));
    clock.pass(LONG);
    expect([transport.lines.length, errors()]).toEqual([1, []]);
    expect(client.state).toEqual({ state: "closed", by: "server", reason: "closed with code 1000: bye" });
  });

  it("1008 has it wait for 30 seconds (RECON-7d), whatever the platform says", () => {
    open();
    transport.last.end(endingOfClose(1008, ""));
    client.online();
    client.connect();
    clock.pass(29_999);
    expect(transport.lines).toHaveLength(1);
    clock.pass(2_000);
    expect(transport.lines).toHaveLength(2);
  });

  it("4100 has it come back soon, however many attempts have failed (RECON-7f)", () => {
    connect();
    for (let turn = 0; turn < 6; turn++) endAndWait();
    transport.last.open();
    expect(endAndWait(endingOfClose(4100, ""))).toBeLessThanOrEqual(2_000);
  });

  it("4300 has it try once more (RECON-7g)", () => {
    open();
    endAndWait(endingOfClose(4300, ""));
    endAndWait();
    transport.last.open();
    transport.last.end(endingOfClose(3000, ""));
    expect([transport.lines.length, client.state.state]).toEqual([3, "failed"]);
  });

  it("4300 counts anew after a connection that was stable: what is good for an hour is renewed each hour", () => {
    open();
    for (let hour = 1; hour <= 3; hour++) {
      clock.pass(6_000);
      endAndWait(endingOfClose(4300, ""));
      transport.last.open();
    }
    expect(client.state.state).toBe("open");
  });

  it("4300 counts anew after a connection that ended otherwise, or when the program asks", () => {
    open();
    endAndWait(endingOfClose(4301, ""));
    transport.last.open();
    endAndWait();
    transport.last.open();
    endAndWait(endingOfClose(4301, ""));
    transport.last.open();
    transport.last.end(endingOfClose(4301, ""));
    expect(client.state.state).toBe("failed");
    client.connect();
    transport.last.open();
    transport.last.end(endingOfClose(4301, ""));
    expect(client.state.state).toBe("waiting");
  });
});

describe("the program closes it", () => {
  it.each([
    ["idle", () => start(), 0],
    ["connecting", () => connect(), 1],
    ["open", () => open(), 1],
    ["waiting", () => refuse(), 1],
    ["failed", () => refuse({ sequel: "stop" }), 1],
  ])("while it is %s: no attempt follows (RECON-1a), until it is asked to (RECON-1c)", (state, prepare, attempts) => {
    prepare();
    expect(client.state.state).toBe(state);
    client.close();
    client.close();
    clock.pass(LONG);
    expect([transport.lines.length, transport.alive, client.state.state]).toEqual([attempts, 0, "closed"]);
    client.connect();
    transport.last.open();
    expect([transport.lines.length, client.state.state]).toEqual([attempts + 1, "open"]);
  });

  it("politely, with code 1000", () => {
    open();
    client.close();
    expect(transport.last.left).toEqual({ code: 1000, cut: false });
  });
});

describe("connect", () => {
  it("changes nothing while it is connecting or open (RECON-2b)", () => {
    connect();
    client.connect();
    transport.last.open();
    client.connect();
    expect(transport.lines).toHaveLength(1);
  });

  it("ends a delay", () => {
    connect();
    transport.last.end();
    client.connect();
    clock.pass(0);
    expect(transport.lines).toHaveLength(2);
    expect(states()).toEqual(["connecting", "waiting", "connecting"]);
  });
});

describe("the platform", () => {
  it("says that the network is back: an attempt follows within two seconds (RECON-9)", () => {
    connect();
    for (let turn = 0; turn < 6; turn++) endAndWait();
    transport.last.end();
    const shownBefore = shown.length;
    client.online();
    expect(client.state).toMatchObject({ state: "waiting", delayMs: 1_500 });
    clock.pass(1_500);
    expect([transport.lines.length, states().slice(-2), shown.length]).toEqual([
      8,
      ["waiting", "connecting"],
      shownBefore + 1,
    ]);
  });

  it("says so while an attempt hangs: it is made again, and does not count", () => {
    connect({ maxAttempts: 1 });
    endAndWait();
    client.online();
    expect([transport.last.left?.cut, client.state.state]).toEqual([true, "waiting"]);
    clock.pass(2_000);
    expect([transport.lines.length, transport.alive, client.state]).toEqual([
      3,
      1,
      { state: "connecting", attempt: 1 },
    ]);
  });

  it("never makes a delay longer", () => {
    connect({ baseDelayMs: 100 });
    transport.last.end();
    client.online();
    clock.pass(100);
    expect(transport.lines).toHaveLength(2);
  });

  it("shows the page again: an open connection is asked whether it is alive", () => {
    open();
    client.wake();
    expect(transport.last.sent).toEqual(['{"type":"ping"}']);
    clock.pass(10_200);
    expect(transport.last.left).toEqual({ code: 4000, cut: true });
  });
});

describe("the heartbeat", () => {
  it("gives a dead connection up without waiting for it (LIVE-1d)", () => {
    open();
    clock.pass(40_200);
    expect([transport.last.left, client.state.state, transport.lines.length]).toEqual([
      { code: 4000, cut: true },
      "waiting",
      1,
    ]);
    clock.pass(1_000);
    expect(transport.lines).toHaveLength(2);
  });

  it("is one for each connection, and ends with it (LIVE-4, CORE-C2c)", () => {
    open({ heartbeatIntervalMs: 10_000 });
    for (let turn = 0; turn < 20; turn++) {
      endAndWait();
      transport.last.open();
    }
    clock.pass(10_000);
    client.close();
    clock.pass(LONG);
    expect(transport.lines.map(({ sent }) => sent.length)).toEqual([...Array(20).fill(0), 1]);
  });

  it("does not beat where there is no way back", () => {
    start();
    Object.assign(transport, { beats: false });
    client.connect();
    transport.last.open();
    clock.pass(LONG);
    expect([transport.last.sent, client.state.state]).toEqual([[], "open"]);
  });
});

describe("messages", () => {
  it("that it was given before go first, in order, also after failures (QUEUE-3a)", () => {
    client.send("1");
    client.connect();
    client.send("2");
    endAndWait();
    client.send("3");
    transport.last.open();
    client.send("4");
    expect(transport.last.sent).toEqual(["1", "2", "3", "4"]);
  });

  it.each(["close", "give up", "end"])(
    "that wait are rejected when it comes to %s (QUEUE-6), and so are later ones",
    async (how) => {
      connect({ maxAttempts: 0 });
      const queued = client.send("1");
      if (how === "close") client.close();
      else transport.last.end({ sequel: how === "end" ? "over" : "again" });
      const late = client.send("2");
      expect([await queued.settled, late.status, await late.settled]).toEqual(["rejected", "rejected", "rejected"]);
      client.connect();
      transport.last.open();
      expect(transport.last.sent).toEqual([]);
    },
  );

  it("that do not fit are shown", () => {
    start({ queueMaxMessages: 1 });
    client.send("1");
    client.send("2");
    expect(errors()).toEqual(["queue-overflow"]);
  });
});

it("a stream that is over for good is closed by the server, without an error (SSE-C1b)", () => {
  connect();
  transport.last.end({ sequel: "over", reason: "no more" });
  expect([client.state, errors()]).toEqual([
    { state: "closed", by: "server", reason: "no more" } satisfies ClientState,
    [],
  ]);
});
