import { beforeEach, expect, it, vi } from "vitest";
import { MessageIterator } from "./message-iterator.ts";

const message = (data: number) => ({ event: undefined, data });
const missed = vi.fn();
const stopped = vi.fn();
let iterator: MessageIterator;

beforeEach(() => {
  vi.resetAllMocks();
  iterator = new MessageIterator({ maxMessages: 2, missed, stopped });
});

it("gives what has come, and waits for what has not", async () => {
  iterator.push(message(1));
  const reads = [iterator.next(), iterator.next(), iterator.next()];
  iterator.push(message(2));
  iterator.end();
  expect(await Promise.all(reads)).toEqual([
    { done: false, value: message(1) },
    { done: false, value: message(2) },
    { done: true, value: undefined },
  ]);
});

it("keeps the newest for a loop that is slow, and tells what it misses", async () => {
  for (const data of [1, 2, 3, 4]) iterator.push(message(data));
  iterator.end();
  const seen: unknown[] = [];
  for await (const { data } of iterator) seen.push(data);
  expect([seen, missed.mock.calls.length]).toEqual([[3, 4], 2]);
});

it("lets go when the loop is left", async () => {
  for (const data of [1, 2]) iterator.push(message(data));
  for await (const { data } of iterator) if (data === 1) break;
  expect(stopped).toHaveBeenCalledOnce();
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});
