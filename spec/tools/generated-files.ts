/** Says what every generated file of the spec has to contain. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { messages } from "../schema/messages.ts";
import { type Chapter, type ExtractedRule, extractRules } from "./extract-rules.ts";

/** The folder `spec/` of the checkout: generation writes to the sources, also when it runs from `dist/`. */
export const specFolder = new URL(import.meta.url.includes("/dist/spec/") ? "../../../spec/" : "../", import.meta.url);

/** @returns all chapters in the order of their numbers. */
export function readChapters(): Chapter[] {
  const folder = new URL("chapters/", specFolder);
  return readdirSync(fileURLToPath(folder))
    .filter((file) => file.endsWith(".md"))
    .sort()
    .map((file) => ({ file, markdown: readFileSync(new URL(file, folder), "utf8") }));
}

/**
 * Renders every generated file from the chapters and the schemas.
 *
 * @returns path below `spec/` → content.
 * @throws Error that lists every place where the text breaks its own conventions.
 */
export function renderGeneratedFiles(): Map<string, string> {
  const { rules, problems } = extractRules(readChapters());
  if (problems.length > 0) throw new Error(`The chapters break their own conventions:\n${problems.join("\n")}`);
  return new Map([
    ["rules.ts", renderRulesModule(rules)],
    ["generated/rules.json", `${JSON.stringify(rules, null, 2)}\n`],
    ["generated/messages.schema.json", `${JSON.stringify(renderMessageSchema(), null, 2)}\n`],
  ]);
}

function renderMessageSchema(): unknown {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Tidings messages",
    $defs: messages,
    anyOf: Object.keys(messages).map((name) => ({ $ref: `#/$defs/${name}` })),
  };
}

function renderRulesModule(rules: ExtractedRule[]): string {
  const union = (values: Iterable<string>) => [...new Set(values)].map((value) => JSON.stringify(value)).join(" | ");
  return `// Generated from chapters/*.md by \`npm run generate\`. Change the text, not this file.

/** How binding a rule is: MUST and MUST NOT, SHOULD and SHOULD NOT, MAY. */
export type Level = "MUST" | "SHOULD" | "MAY";

/** Whom a rule obliges. */
export type Role = "server" | "client";

/** A set of rules that are claimed together. */
export type Profile = ${union(rules.map((rule) => rule.profile))};

/** One rule of the specification: one testable sentence. */
export interface Rule {
  readonly id: RuleId;
  readonly level: Level;
  readonly role: Role;
  readonly profile: Profile;
  /** The file in \`chapters/\` that has the sentence, and its section there. */
  readonly chapter: string;
  readonly section: string;
  /** The sentence. */
  readonly text: string;
  /** Why no case judges the rule, where none can. */
  readonly notJudged?: string;
}

/** The id of a rule. Never renumbered, never used again. */
export type RuleId = ${union(rules.map((rule) => rule.id))};

/** All rules by id, in the order of the text. */
export const rules: { readonly [id in RuleId]: Rule } = ${JSON.stringify(
    Object.fromEntries(rules.map((rule) => [rule.id, rule])),
    null,
    2,
  )};
`;
}
