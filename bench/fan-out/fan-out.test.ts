import { expect, it } from "vitest";
import { summarise } from "./fan-out.ts";
import type { Figures } from "./figures.ts";
import type { Round } from "./round.ts";

const right = { sent: 1, delivered: 1, lost: 0, duplicated: 0, reordered: 0, disconnected: 0, overloaded: false };
const pacing = { rate: 70 };

function round(latencyP99Ms: number, invalid?: string): Round {
  return { ...right, figures: { latencyP99Ms } as Figures, ...(invalid !== undefined && { invalid }) };
}

it("leaves out a round in which the machine was measured", () => {
  const { measurement, failures } = summarise({ pacing }, [round(3), round(90, "sent late"), round(5)]);

  expect(failures).toEqual([]);
  expect(measurement.exact).toBe(true);
  expect(measurement.rounds).toHaveLength(3);
  expect(measurement.figures?.latencyP99Ms).toEqual({ median: 4, min: 3, max: 5 });
});

it.each<[string, Round[], string]>([
  ["no round is valid", [round(80, "sent late"), round(90, "sent late")], "sent late"],
  ["the server fell behind in one", [round(3), { ...right, overloaded: true }], "more than 0.7 s behind the schedule"],
  [
    "the server fell behind, or the generator",
    [{ ...right, overloaded: true, generatorCpuPercent: 97 }],
    "more than 0.7 s behind the schedule, with the load generator at its limit: the server may be able to do more",
  ],
  [
    "the generator fell behind",
    [{ ...right, overloaded: true, generatorCpuPercent: 97, serverCpuPercent: 40 }],
    "more than 0.7 s behind the schedule, with the load generator at its limit: the server can do more",
  ],
  [
    "the server, as busy as the generator, fell behind",
    [{ ...right, overloaded: true, generatorCpuPercent: 97, serverCpuPercent: 99 }],
    "more than 0.7 s behind the schedule",
  ],
])("says why there are no figures if %s, though deliveries were right", (_, rounds, why) => {
  const { measurement, failures } = summarise({ pacing }, rounds);

  expect(failures).toEqual([`70.0 messages/s: no figures: ${why}`]);
  expect(measurement.exact).toBe(true);
  expect(measurement).not.toHaveProperty("figures");
});

it("has no figures if a delivery was wrong, whatever else was", () => {
  const { measurement, failures } = summarise({ pacing }, [round(3), { ...right, lost: 1 }, round(90, "sent late")]);

  expect({ exact: measurement.exact, failures }).toEqual({ exact: false, failures: [] });
  expect(measurement).not.toHaveProperty("figures");
});
