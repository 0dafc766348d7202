import { expect, it } from "vitest";
import { DeliveryRecord } from "./delivery-record.ts";

it.each([
  ["in order", [0, 1, 2, 3], { received: 4, duplicated: 0, reordered: 0 }],
  ["with a gap", [0, 1, 3, 4], { received: 4, duplicated: 0, reordered: 0 }],
  ["with the first missing", [1, 2], { received: 2, duplicated: 0, reordered: 0 }],
  ["neighbours swapped", [0, 2, 1, 3], { received: 4, duplicated: 0, reordered: 1 }],
  ["one that two overtook", [1, 2, 0, 3], { received: 4, duplicated: 0, reordered: 1 }],
  ["backwards", [2, 1, 0], { received: 3, duplicated: 0, reordered: 2 }],
  ["twice in a row", [0, 0, 1], { received: 2, duplicated: 1, reordered: 0 }],
  ["again, later", [0, 1, 2, 0], { received: 3, duplicated: 1, reordered: 0 }],
  ["twice after a gap", [2, 2, 0, 1], { received: 3, duplicated: 1, reordered: 2 }],
])("messages %s", (_, arrivals, expected) => {
  const record = new DeliveryRecord();

  const first = arrivals.filter((sequence) => record.note(sequence));

  expect(record).toMatchObject(expected);
  expect(first).toEqual([...new Set(arrivals)]);
});

it("begins with the number that is due first, and knows from where on something is missing", () => {
  const record = new DeliveryRecord(5);

  for (const sequence of [5, 6, 9, 12]) record.note(sequence);

  expect(record).toMatchObject({ received: 4, complete: 7, next: 13 });
  for (const sequence of [8, 7, 7]) record.note(sequence);
  expect(record).toMatchObject({ received: 6, complete: 10, next: 13, reordered: 2, duplicated: 1 });
});
