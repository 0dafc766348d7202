import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Finding } from "../finding.ts";
import { LagMeter } from "./lag.ts";
import { OutOfTime, Patience, type PatienceLimits } from "./patience.ts";

const limits: PatienceLimits = { stallMs: 1_000, caseMs: 5_000, runEndsAt: 1_000_000 };
let now = 0;
let meter: LagMeter;

/** The event loop runs for so long, on time. */
async function runs(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5) {
    now += 5;
    await vi.advanceTimersByTimeAsync(5);
  }
}

/** What has become of a wait: `waiting`, `done`, or the error's message. */
function watch(wait: Promise<void>): { become: string; error?: unknown } {
  const state: { become: string; error?: unknown } = { become: "waiting" };
  wait.then(
    () => {
      state.become = "done";
    },
    (error: Error) => Object.assign(state, { become: error.message, error }),
  );
  return state;
}

const absent = () => new Finding("absent");

beforeEach(() => {
  now = 1_000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  meter = new LagMeter();
});

afterEach(() => {
  meter.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("what is awaited", () => {
  it("may hold already", async () => {
    await new Patience(limits, meter).until(() => true, absent);
  });

  it("is seen as soon as a peer's state changes, by all who wait", async () => {
    const patience = new Patience(limits, meter);
    let there = false;
    const waits = [1, 2].map(() => watch(patience.until(() => there, absent)));
    await runs(500);
    expect(waits.map(({ become }) => become)).toEqual(["waiting", "waiting"]);

    there = true;
    patience.notify(true);
    await runs(5);

    expect(waits.map(({ become }) => become)).toEqual(["done", "done"]);
  });

  it("is absent when the subject has shown no progress for stallMs, and not before", async () => {
    const wait = watch(new Patience(limits, meter).until(() => false, absent));
    await runs(1_000);
    expect(wait.become).toBe("waiting");
    await runs(30);
    expect(wait.become).toBe("absent");
    expect(wait.error).toBeInstanceOf(Finding);
  });

  it("is awaited for stallMs from when the wait began, however long nothing was awaited before", async () => {
    const patience = new Patience(limits, meter);
    await runs(3_000);
    const wait = watch(patience.until(() => false, absent));
    await runs(1_000);
    expect(wait.become).toBe("waiting");
    await runs(30);
    expect(wait.become).toBe("absent");
  });

  it("is awaited longer as long as there is progress", async () => {
    const patience = new Patience(limits, meter);
    const wait = watch(patience.until(() => false, absent));
    for (let round = 0; round < 4; round++) {
      await runs(900);
      patience.notify(true);
    }
    expect(wait.become).toBe("waiting");
    await runs(1_030);
    expect(wait.become).toBe("absent");
  });

  it("is not awaited longer for a change that is no progress", async () => {
    const patience = new Patience(limits, meter);
    const wait = watch(patience.until(() => false, absent));
    await runs(900);
    patience.notify(false);
    await runs(130);
    expect(wait.become).toBe("absent");
  });

  it("is awaited longer by ten times the kit's own lag", async () => {
    const wait = watch(new Patience(limits, meter).until(() => false, absent));
    now += 100;
    await runs(1_850);
    expect(wait.become).toBe("waiting");
    await runs(100);
    expect(wait.become).toBe("absent");
  });

  it("is absent when the case has taken caseMs, whatever the progress", async () => {
    const patience = new Patience(limits, meter);
    const wait = watch(patience.until(() => false, absent));
    for (let round = 0; round < 10; round++) {
      await runs(500);
      patience.notify(true);
    }
    expect(wait.become).toBe("waiting");
    await runs(30);
    expect(wait.become).toBe("absent");
  });
});

describe("a wait ends", () => {
  it("at once when it is hopeless", async () => {
    const patience = new Patience(limits, meter);
    let lost: Finding | undefined;
    const wait = watch(
      patience.until(
        () => false,
        absent,
        () => lost,
      ),
    );
    await runs(100);
    expect(wait.become).toBe("waiting");

    lost = new Finding("lost");
    patience.notify(false);
    await runs(5);

    expect(wait.error).toBe(lost);
  });

  it("well, where what is awaited came before all was lost", async () => {
    const patience = new Patience(limits, meter);
    await patience.until(
      () => true,
      absent,
      () => new Finding("lost"),
    );
  });

  it("without a finding when the time of the run is over", async () => {
    const patience = new Patience({ ...limits, runEndsAt: now + 500 }, meter);
    const wait = watch(patience.until(() => false, absent));
    await runs(490);
    expect(wait.become).toBe("waiting");
    await runs(40);
    expect(wait.error).toBeInstanceOf(OutOfTime);
  });

  it("and leaves no timer behind", async () => {
    const patience = new Patience({ ...limits, runEndsAt: now + 100 }, meter);
    const own = () => vi.getTimerCount();
    const before = own();
    await patience.until(() => true, absent);
    const wait = watch(patience.until(() => false, absent));
    expect(own()).toBe(before + 1);
    await runs(200);
    expect(wait.become).not.toBe("waiting");
    expect(own()).toBe(before);
  });
});

describe("what has to be within a window", () => {
  const patience = () => new Patience(limits, meter);

  it("is there", async () => {
    let there = false;
    const wait = watch(patience().within(2_000, () => there, absent));
    await runs(1_900);
    there = true;
    await runs(50);
    expect(wait.become).toBe("done");
  });

  it("is absent after it, whatever progress there is", async () => {
    const busy = patience();
    const wait = watch(busy.within(2_000, () => false, absent));
    for (let second = 1; second <= 3; second++) {
      busy.notify(true);
      await runs(950);
    }
    expect(wait.become).toBe("absent");
  });
});
