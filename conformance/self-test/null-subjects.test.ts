import { describe, expect, it } from "vitest";
import { runServerConformance } from "../runner/run.ts";
import { type NullSubject, type NullSubjectName, nullSubjects } from "./sham-server/index.ts";

describe("what is no broadcast server at all fails, in time", () => {
  it.concurrent.each(Object.keys(nullSubjects) as NullSubjectName[])("%s", async (name) => {
    const subject = await (nullSubjects[name] as NullSubject).start();
    try {
      const { result, exitStatus } = await runServerConformance({ name, ws: subject.url, access: { headers: [] } });
      // Where nothing accepts a connection there is nothing to judge.
      const [status, verdict, mark] =
        name === "null.refuses-tcp" ? [3, "incomplete", "inconclusive"] : [1, "fails", "fail"];
      expect(exitStatus).toBe(status);
      expect(result.verdict).toBe(verdict);
      expect(result.cases.some((one) => one.status === mark)).toBe(true);
      expect(result.durationMs).toBeLessThan(60_000);
    } finally {
      await subject.close();
    }
  });
});
