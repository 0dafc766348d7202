import { describe, expect, it } from "vitest";
import { Adapter, AdapterFailure } from "./adapter.ts";
import type { AdapterLink, LinkListener } from "./link.ts";
import type { Report } from "./protocol.ts";

/** A link whose other end is the test. */
class Line implements AdapterLink {
  readonly freeText = "";
  readonly canFreeze = false;
  readonly sent: { id: number; cmd: string }[] = [];
  onSend: (command: { id: number; cmd: string }) => void = () => {};
  listener: LinkListener = { onLine: () => {}, onEnd: () => {} };
  listen(listener: LinkListener): void {
    this.listener = listener;
  }
  send(line: string): void {
    this.sent.push(JSON.parse(line));
    this.onSend(JSON.parse(line));
  }
  say(...values: unknown[]): void {
    for (const value of values) this.listener.onLine(typeof value === "string" ? value : JSON.stringify(value));
  }
  freeze(): void {}
  thaw(): void {}
  kill(): void {}
  async end(): Promise<void> {}
}

function start(answer: (command: { id: number; cmd: string }) => unknown = () => undefined) {
  const line = new Line();
  const adapter = new Adapter(line);
  line.onSend = (command) => {
    const value = answer(command);
    if (value !== undefined) line.say(value);
  };
  return { line, adapter };
}

const hello = { ok: true, name: "x", transports: ["ws"] };

describe("an answer", () => {
  it("goes to the command with its id, in whatever order", async () => {
    const { line, adapter } = start();
    const first = adapter.command({ cmd: "connect", client: "a" }, 5_000);
    const second = adapter.command({ cmd: "close", client: "a" }, 5_000);
    line.say({ id: 2, ok: false, error: "unsupported" }, { id: 1, ok: true });
    expect(await first).toEqual({ id: 1, ok: true });
    expect(await second).toEqual({ id: 2, ok: false, error: "unsupported" });
  });

  it("may have members that nobody knows", async () => {
    const { adapter } = start(({ id }) => ({ id, ...hello, more: [1] }));
    expect(await adapter.hello(5_000)).toMatchObject({ name: "x" });
  });

  it.each([
    ["no transports", { ok: true, name: "x" }],
    ["an unknown transport", { ...hello, transports: ["tcp"] }],
    ["an empty name", { ...hello, name: "" }],
    ["ok: false", { ...hello, ok: false }],
  ])("to hello with %s is refused", async (_, answer) => {
    const { adapter } = start(({ id }) => ({ id, ...answer }));
    await expect(adapter.hello(5_000)).rejects.toThrow(/^The adapter's answer to hello is wrong at /);
  });

  it("that does not come is a failure, and no later command is sent", async () => {
    const { line, adapter } = start();
    await expect(adapter.command({ cmd: "connect", client: "a" }, 20)).rejects.toThrow(
      "did not answer connect within 20 ms",
    );
    await expect(adapter.command({ cmd: "close", client: "a" }, 5_000)).rejects.toThrow(AdapterFailure);
    expect(line.sent).toHaveLength(1);
  });
});

describe("the protocol is broken by", () => {
  it.each([
    ["what is not JSON", ["nonsense"], "no JSON object"],
    ["what is no object", ["[]"], "no JSON object"],
    ["an answer that nobody asked for", [{ id: 7, ok: true }], "answered what was not asked"],
    ["a report without a client", [{ seq: 1, event: "open" }], "report is wrong"],
    ["a report of an unknown event", [{ seq: 1, client: "a", event: "opened" }], "report is wrong"],
    ["a seq that does not begin with 1", [{ seq: 2, client: "a", event: "open" }], "has seq 2 where 1 belongs"],
    [
      "a seq that comes twice",
      [
        { seq: 1, client: "a", event: "open" },
        { seq: 1, client: "a", event: "open" },
      ],
      "has seq 1 where 2 belongs",
    ],
  ])("%s", async (_, lines, words) => {
    const { line, adapter } = start();
    const failures: AdapterFailure[] = [];
    adapter.onFailure.add((failure) => failures.push(failure));
    const command = adapter.command({ cmd: "connect", client: "a" }, 5_000);
    line.say(...lines);
    await expect(command).rejects.toThrow(words);
    expect(failures.map(({ kind }) => kind)).toEqual(["wrong"]);
  });
});

it("reports go to whoever watches the client, and nowhere else", () => {
  const { line, adapter } = start();
  const seen: Report[] = [];
  adapter.clients.set("a", (report) => seen.push(report));
  line.say({ seq: 1, client: "b", event: "open" }, { seq: 2, client: "a", event: "message", data: null });
  expect(seen).toEqual([{ seq: 2, client: "a", event: "message", data: null }]);
  expect(adapter.failure).toBeUndefined();
});

it("an end is a failure, unless it was asked for", async () => {
  const surprising = start();
  surprising.line.listener.onEnd("exited with status 1");
  expect(surprising.adapter.failure).toMatchObject({ kind: "gone", message: "The adapter exited with status 1" });

  const { line, adapter } = start(({ id }) => ({ id, ok: true }));
  const ended = adapter.sayBye(5_000, 5_000);
  line.listener.onEnd("exited with status 0");
  expect(await ended).toBe("exited with status 0");
  expect(adapter.failure).toBeUndefined();
});
