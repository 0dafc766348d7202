/** What the cases say of each rule. */
import { type Profile, type Role, rules } from "../../spec/rules.ts";
import type { CaseResult, Result } from "../result.ts";
import { worst } from "../verdict.ts";

/** @returns each rule that the claimed profiles have for a role, with the worst status of its cases. */
export function ruleResults(role: Role, claimed: ReadonlySet<Profile>, cases: readonly CaseResult[]): Result["rules"] {
  return Object.values(rules)
    .filter((rule) => rule.role === role && claimed.has(rule.profile))
    .map((rule) => {
      const own = cases.filter((result) => result.covers.includes(rule.id));
      // A case that covers several rules and failed for another one of them says nothing bad of this one.
      const statuses = own.map((result) =>
        result.judged !== undefined && result.judged !== rule.id && result.covers.includes(result.judged)
          ? "untestable"
          : result.status,
      );
      const applicable = statuses.filter((status) => status !== "not-applicable");
      return {
        id: rule.id,
        level: rule.level,
        profile: rule.profile,
        status: worst(applicable.length > 0 ? applicable : statuses),
        cases: own.map((result) => result.id),
      };
    });
}
