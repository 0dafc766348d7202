import { beforeAll, describe, expect, it } from "vitest";
import type { Profile } from "../../spec/rules.ts";
import { runServerConformance } from "../runner/run.ts";
import { type NullSubject, type NullSubjectName, nullSubjects } from "./sham-server/index.ts";
import { subjectOf } from "./sham-subject.ts";
import { sideBySide } from "./side-by-side.ts";

const names = Object.keys(nullSubjects) as NullSubjectName[];
const SIDE_BY_SIDE = 16;
const claimsOf = ({ claims = [["core-ws"]] }: NullSubject) => claims;
const subjects = names.flatMap((name) =>
  claimsOf(nullSubjects[name]).map((claimed) => [name, claimed.join(" and "), claimed] as const),
);

/** How the run ends, and how one of its cases does at least. */
function expected(name: NullSubjectName, claimed: readonly Profile[]) {
  // Where nothing accepts a connection there is nothing to judge.
  if (name === "null.refuses-tcp") return { status: 3, verdict: "incomplete", marks: ["inconclusive"] };
  // Where nobody can publish there may be nothing to say. That nothing can be judged counts as a failure all the same.
  const maySayNothing = claimed.includes("core-sse") && !claimed.includes("publish");
  return { status: 1, verdict: "fails", marks: maySayNothing ? ["fail", "untestable"] : ["fail"] };
}

async function judge(name: NullSubjectName, claimed: readonly Profile[]) {
  const subject = await (nullSubjects[name] as NullSubject).start();
  try {
    return await runServerConformance({ name, ...subjectOf(subject, claimed) }, { selection: { profiles: claimed } });
  } finally {
    await subject.close();
  }
}

describe("what is no broadcast server at all fails, in time", () => {
  let outcomes: ReadonlyMap<(typeof subjects)[number], ReturnType<typeof judge>>;
  beforeAll(() => {
    outcomes = sideBySide(subjects, SIDE_BY_SIDE, ([name, , claimed]) => judge(name, claimed));
  });

  it.each(subjects.map((subject) => [...subject, subject] as const))("%s as %s", async (name, _, claimed, subject) => {
    const outcome = await outcomes.get(subject);
    const { status, verdict, marks } = expected(name, claimed);
    expect(outcome?.exitStatus).toBe(status);
    expect(outcome?.result.verdict).toBe(verdict);
    expect(outcome?.result.cases.some((one) => marks.includes(one.status))).toBe(true);
    expect(outcome?.result.durationMs).toBeLessThan(60_000);
  });
});
