import { describe, expect, it } from "vitest";
import { doubled, eachAnew } from "./expect-delays.ts";
import { Finding } from "./finding.ts";

/** The delays of 24 clients, evenly from half of these upper ends to the whole. */
const roundsUpTo = (...ends: number[]) =>
  ends.map((end) => Array.from({ length: 24 }, (_, index) => end * (0.5 + (0.5 * (index + 1)) / 24)));

/** All are later by so much than they would have been: the machine stood still. */
const late = (byMs: number, rounds: number[][], round: number) =>
  rounds.map((delays, index) => (index === round ? delays.map((delay) => delay + byMs) : delays));

describe("delays of which each is twice the one before", () => {
  it.each([0, 1, 2, 3])("are doubled, also where the machine stood still in round %i", (round) => {
    const rounds = roundsUpTo(400, 800, 1_600, 3_200);
    doubled(rounds, 60_000);
    doubled(late(500, rounds, round), 60_000);
  });

  it("are doubled up to the longest, where that is not known", () => {
    doubled(roundsUpTo(1_000, 2_000, 4_000, 4_000));
    doubled(roundsUpTo(1_000, 2_000, 2_000, 2_000));
  });
});

it.each([
  ["stay", [400, 400, 400, 400]],
  ["grow by as much each time", [400, 600, 800, 1_000]],
  ["are doubled once", [400, 800, 800, 800]],
  ["grow by a half", [400, 600, 900, 1_350]],
])("delays that %s are not doubled", (_, ends) => {
  expect(() => doubled(roundsUpTo(...ends), 60_000)).toThrow(Finding);
});

describe("delays", () => {
  const first = Array.from({ length: 40 }, (_, index) => 420 + 180 * ((index * 0.618) % 1));

  it("are chosen anew where one does not follow from the other", () => {
    eachAnew(
      first,
      first.map((_, index) => 840 + 360 * ((index * 0.414) % 1)),
    );
  });

  it("are not chosen anew where some clients were held up", () => {
    const second = first.map((delay, index) => 2 * delay + ([7, 20, 33].includes(index) ? 200 : 10));
    expect(() => eachAnew(first, second)).toThrow(Finding);
    const heldUpBefore = first.map((delay, index) => delay + ([3, 21, 37].includes(index) ? 200 : 0));
    expect(() => eachAnew(heldUpBefore, second)).toThrow(Finding);
  });

  it("are not chosen anew where all clients have the same ratio between them", () => {
    expect(() =>
      eachAnew(
        first,
        first.map((delay) => 2 * delay + 10),
      ),
    ).toThrow(Finding);
  });
});
