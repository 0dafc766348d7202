import { readdirSync, readFileSync } from "node:fs";
import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { messages } from "./schema/messages.ts";
import { MAX_EVENT_NAME_LENGTH } from "./schema/reserved.ts";
import { findExamples } from "./tools/examples.ts";
import { extractRules } from "./tools/extract-rules.ts";
import { readChapters, renderGeneratedFiles, specFolder } from "./tools/generated-files.ts";

type Kind = keyof typeof messages;
const chapters = readChapters();
const accepts = (kind: string, value: unknown): boolean => Compile(messages[kind as Kind]).Check(value);

describe("the text", () => {
  it("keeps its own conventions", () => {
    const { rules, problems } = extractRules(chapters);
    expect(problems).toEqual([]);
    expect(rules.length).toBeGreaterThan(20);
  });

  it.each([
    ["a key word outside a rule", "A server MUST dance.", /MUST stands outside a rule/],
    ["an id used twice", "**[X-1]** A server MUST a.\n\n**[X-1]** A server MUST b.", /X-1 is used twice/],
    ["a rule without key word", "**[X-1]** A server does a.", /0 key words/],
    ["a rule with two key words", "**[X-1]** A server MUST a and MAY b.", /2 key words/],
    ["a rule of nobody", "**[X-1]** It MUST work.", /does not begin/],
    ["a rule of the other role", "**[X-1]** A client MUST work.", /speaks of a client/],
    ["a malformed id", "**[x1]** A server MUST work.", /malformed/],
  ])("is refused with %s", (_, text, problem) => {
    const markdown = `# T\n\nThe profile \`core-ws\` for servers.\n\n${text}\n`;
    expect(extractRules([{ file: "t.md", markdown }]).problems.join("\n")).toMatch(problem);
  });

  it("is refused with a rule under no profile", () => {
    const markdown = "# T\n\n**[X-1]** A server MUST work.\n";
    expect(extractRules([{ file: "t.md", markdown }]).problems.join("\n")).toMatch(/under no profile/);
  });

  it("names every profile of a rule in chapter 1", () => {
    const terms = chapters.find((chapter) => chapter.file.startsWith("01-"))?.markdown ?? "";
    for (const { profile, role } of extractRules(chapters).rules) {
      expect(terms).toMatch(new RegExp(`^\\| \`${profile}\` *\\| ${role} *\\|`, "m"));
    }
  });
});

describe("generated files", () => {
  it.each([...renderGeneratedFiles()])("%s is what the text and the schemas say", (path, content) => {
    expect(readFileSync(new URL(path, specFolder), "utf8")).toBe(content);
  });
});

describe("examples in the text", () => {
  const examples = findExamples(chapters);

  it.each(examples)("$where is a valid $kind", ({ kind, text }) => {
    expect(Object.keys(messages)).toContain(kind);
    expect(accepts(kind, JSON.parse(text))).toBe(true);
  });

  it("show every kind of message", () => {
    expect([...new Set(examples.map((example) => example.kind))].sort()).toEqual(Object.keys(messages).sort());
  });

  it("would be refused where their schema rejects them", () => {
    const [example] = findExamples([{ file: "t.md", markdown: '```json ping\n{ "type": "pong" }\n```\n' }]);
    expect(accepts(example?.kind ?? "", JSON.parse(example?.text ?? ""))).toBe(false);
  });
});

describe("vectors", () => {
  const folder = new URL("vectors/messages/", specFolder);
  const files = readdirSync(folder);

  it("cover every kind of message", () => {
    expect(files.sort()).toEqual(
      Object.keys(messages)
        .map((kind) => `${kind}.json`)
        .sort(),
    );
  });

  for (const file of files) {
    const kind = file.replace(".json", "");
    const vectors: { [verdict in "valid" | "invalid"]: { why: string; message: unknown }[] } = JSON.parse(
      readFileSync(new URL(file, folder), "utf8"),
    );
    it.each(vectors.valid)(`${kind} accepts $why`, ({ message }) => expect(accepts(kind, message)).toBe(true));
    it.each(vectors.invalid)(`${kind} refuses $why`, ({ message }) => expect(accepts(kind, message)).toBe(false));
    it.each(vectors.valid)(`no other kind accepts the ${kind}: $why`, ({ message }) => {
      const kinds = Object.keys(messages).filter((other) => accepts(other, message));
      expect(kinds).toEqual([kind]);
    });
  }
});

describe("vectors of publishing and of the bridge", () => {
  const read = (path: string) => JSON.parse(readFileSync(new URL(`vectors/${path}`, specFolder), "utf8"));
  const bodies: { why: string; body: string; outcome: string }[] = read("publish/bodies.json");
  const mapping: { why: string; message: string; type: string; data: unknown }[] = read("bridge/mapping.json");

  it.each(bodies)("$outcome: $why, as the schemas have it", ({ body, outcome }) => {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      value = undefined;
    }
    expect(accepts("event", value) || accepts("broadcast", value)).toBe(outcome === "accepted");
  });

  it.each(mapping)("$why comes as the schemas have it", ({ message, type, data }) => {
    const value: { event?: unknown; data?: unknown } = JSON.parse(message);
    const isEvent: boolean = accepts("event", value);
    expect(isEvent).toBe(type !== "message");
    expect([type, data]).toEqual(isEvent ? [value.event, value.data] : ["message", value]);
  });
});

it("the longest name of an event is the one that the constants state", () => {
  const event = (event: string) => accepts("event", { type: "event", event, data: 1 });
  expect(event("x".repeat(MAX_EVENT_NAME_LENGTH))).toBe(true);
  expect(event("x".repeat(MAX_EVENT_NAME_LENGTH + 1))).toBe(false);
});
