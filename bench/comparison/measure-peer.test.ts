import { expect, it } from "vitest";
import type { Capacity } from "../result.ts";
import { spread } from "../spread.ts";
import { ofCapacity } from "./measure-peer.ts";

const objective = { percentile: 99, withinMs: 50 };

it("has no capacity of 0: it says why no rate was met", () => {
  const steps = [
    { rate: 20, met: false, why: "9 duplicated", faults: "9 duplicated" },
    { rate: 14.3, met: false, why: "3 duplicated", faults: "3 duplicated" },
  ];

  const measured = ofCapacity({ ...objective, messagesPerSecond: 0, deliveriesPerSecond: 0, steps });

  expect(measured).toEqual({ reason: "no rate was met: 3 duplicated at 14.3 messages/s" });
});

it("tells how busy both sides were at the highest rate that was met", () => {
  const capacity: Capacity = {
    ...{ ...objective, messagesPerSecond: 28, deliveriesPerSecond: 280, latencyMs: spread([20]) },
    steps: [
      { rate: 20, met: true, latencyMs: 10, generatorCpuPercent: 30, serverCpuPercent: 20, why: "p99 10.0 ms" },
      { rate: 28, met: false, latencyMs: 60, generatorCpuPercent: 99, serverCpuPercent: 20, why: "p99 60.0 ms" },
      { rate: 28, met: true, latencyMs: 20, generatorCpuPercent: 40, serverCpuPercent: 30, why: "p99 20.0 ms" },
    ],
  };

  const { figures } = ofCapacity(capacity);

  const busy = { generatorCpuPercent: 40, serverCpuPercent: 30 };
  expect(figures).toEqual({ messagesPerSecond: 28, deliveriesPerSecond: 280, latencyMs: 20, ...busy });
});
