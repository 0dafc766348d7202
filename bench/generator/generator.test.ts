import { expect, it } from "vitest";
import { TargetFailure } from "../target/target-failure.ts";
import { Generator } from "./generator.ts";
import { type Asked, checked, commands, FromGenerator } from "./protocol.ts";

it("says what it can't do, and goes on", async () => {
  await using generator = new Generator();
  await generator.ask("prepare", { run: "0123abcd", messageBytes: 100, mostInFlight: 10 });

  const use = { transport: "ws", url: "ws://127.0.0.1:1/" } as const;
  const refused = generator.ask("subscribe", { use, count: 1, atOnce: 1 });
  await expect(refused).rejects.toThrow(TargetFailure);
  await expect(refused).rejects.toThrow(/^ws:\/\/127\.0\.0\.1:1\/ cannot be reached: .*ECONNREFUSED/);

  const nonsense = generator.ask("count", { first: "one" } as unknown as Asked<"count">);
  await expect(nonsense).rejects.toThrow(/protocol is broken: \/first/);
  await expect(generator.ask("nothing" as "close", {})).rejects.toThrow(/no command nothing/);

  expect(await generator.ask("look", {})).toMatchObject({ delivered: 0, disconnected: 0 });
});

it("rejects what it was asked when it dies", async () => {
  const generator = new Generator();
  // Takes no connection and refuses none: a port of nobody's, in a network that is for documentation.
  const use = { transport: "ws", url: "ws://192.0.2.1:9/" } as const;
  const pending = generator.ask("subscribe", { use, count: 1, atOnce: 1 });
  const rejected = expect(pending).rejects.toThrow();
  await generator[Symbol.asyncDispose]();

  await rejected;
});

it("takes nothing else for what a generator says", () => {
  expect(() => checked(FromGenerator, { kind: "answer" })).toThrow(TypeError);
  expect(() => checked(commands.publish.answers, { next: -1 })).toThrow(/protocol is broken/);
});
