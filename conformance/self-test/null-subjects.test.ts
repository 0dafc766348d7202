import { describe, expect, it } from "vitest";
import type { Profile } from "../../spec/rules.ts";
import { runServerConformance } from "../runner/run.ts";
import { type NullSubject, type NullSubjectName, nullSubjects } from "./sham-server/index.ts";
import { subjectOf } from "./sham-subject.ts";

const names = Object.keys(nullSubjects) as NullSubjectName[];
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

describe("what is no broadcast server at all fails, in time", () => {
  it.concurrent.each(subjects)("%s as %s", async (name, _, claimed) => {
    const subject = await (nullSubjects[name] as NullSubject).start();
    try {
      const { result, exitStatus } = await runServerConformance(
        { name, ...subjectOf(subject, claimed) },
        { selection: { profiles: claimed } },
      );
      const { status, verdict, marks } = expected(name, claimed);
      expect(exitStatus).toBe(status);
      expect(result.verdict).toBe(verdict);
      expect(result.cases.some((one) => marks.includes(one.status))).toBe(true);
      expect(result.durationMs).toBeLessThan(60_000);
    } finally {
      await subject.close();
    }
  });
});
