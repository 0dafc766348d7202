/** The profiles that the kit can judge. */
import { type Profile, type Role, rules } from "../spec/rules.ts";

/** @returns the profiles that have rules for a role, in the order of the specification. */
export function profiles(role: Role): Profile[] {
  return [
    ...new Set(
      Object.values(rules)
        .filter((rule) => rule.role === role)
        .map((rule) => rule.profile),
    ),
  ];
}
