import { expect, it } from "vitest";
import { rules } from "../../spec/rules.ts";
import { levelOf, profileOf } from "../case.ts";
import { serverCases } from "../cases/index.ts";
import * as badInput from "../cases/server/bad-input.ts";
import * as bridge from "../cases/server/bridge.ts";
import * as delivery from "../cases/server/delivery.ts";
import * as heartbeat from "../cases/server/heartbeat.ts";
import * as opening from "../cases/server/opening.ts";
import * as order from "../cases/server/order.ts";
import * as publishing from "../cases/server/publishing.ts";
import * as publishingRefused from "../cases/server/publishing-refused.ts";
import * as silence from "../cases/server/silence.ts";
import * as stream from "../cases/server/stream.ts";
import * as streamEvents from "../cases/server/stream-events.ts";
import * as streams from "../cases/server/streams.ts";
import * as values from "../cases/server/values.ts";
import * as wire from "../cases/server/wire.ts";

it("every rule has a case or a written reason why it has none", () => {
  const covered = new Set(serverCases.flatMap((definition) => definition.covers));
  const neither = Object.values(rules).filter(
    (rule) => rule.role === "server" && !covered.has(rule.id) && !rule.notJudged,
  );
  expect(neither.map((rule) => rule.id)).toEqual([]);
});

it("no rule has both a case and a reason why it has none", () => {
  const covered = new Set(serverCases.flatMap((definition) => definition.covers));
  expect(Object.values(rules).filter((rule) => covered.has(rule.id) && rule.notJudged)).toEqual([]);
});

it("every case judges rules of one level, one profile and one role", () => {
  for (const definition of serverCases) {
    for (const id of definition.covers) {
      expect(rules[id].level).toBe(levelOf(definition));
      expect(rules[id].profile).toBe(profileOf(definition));
      expect(rules[id].role).toBe("server");
    }
  }
});

it("every case that is written is listed", () => {
  const topics = [badInput, bridge, delivery, heartbeat, opening, order, publishing, publishingRefused, silence];
  const written = [...topics, stream, streamEvents, streams, values, wire]
    .flatMap((topic): unknown[] => Object.values(topic).flat())
    // Some also export the inputs that other topics send, too.
    .filter((one) => typeof one === "object" && one !== null && "run" in one);
  expect(new Set(written)).toEqual(new Set(serverCases));
});

it("the ids of cases are permanent: a change here breaks the baselines and scripts of others", () => {
  expect(serverCases.map((definition) => `${definition.id} ${definition.covers.join(" ")}`)).toMatchSnapshot();
});
