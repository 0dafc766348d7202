/** Reads the rules out of the chapters' text: id, level, role, profile, sentence. The text is the only source. */

/** How binding a rule is. */
export type ExtractedLevel = "MUST" | "SHOULD" | "MAY";

/** A rule as the text has it. */
export interface ExtractedRule {
  id: string;
  level: ExtractedLevel;
  role: "server" | "client";
  profile: string;
  chapter: string;
  section: string;
  text: string;
  /** Why no case judges the rule, where the text says so. */
  notJudged?: string;
}

/** One chapter: its file name and its Markdown. */
export interface Chapter {
  file: string;
  markdown: string;
}

const KEY_WORDS =
  /\b(MUST NOT|MUST|SHALL NOT|SHALL|REQUIRED|SHOULD NOT|SHOULD|NOT RECOMMENDED|RECOMMENDED|MAY|OPTIONAL)\b/g;
const RULE = /^\*\*\[([A-Z]+-[A-Z]?\d+[a-z]?)\]\*\* /;
const PROFILE = /profile `([a-z-]+)` for (servers|clients)/;

/**
 * Extracts the rules of all chapters, in the order of the text.
 *
 * @returns the rules, and every place where the text breaks its own conventions: a key word outside a rule, a rule with
 * none or several, an id used twice, a rule outside a profile or with another role than its section's.
 */
export function extractRules(chapters: Chapter[]): { rules: ExtractedRule[]; problems: string[] } {
  const rules: ExtractedRule[] = [];
  const problems: string[] = [];
  for (const chapter of chapters) {
    let section = "";
    let profile: { name: string; role: "server" | "client" } | undefined;
    // Code blocks are examples, and the list of levels in chapter 1 is about the words themselves.
    const text = chapter.markdown.replaceAll(/^```[\s\S]*?^```$/gm, "");
    for (const block of text.split(/\n{2,}/)) {
      const paragraph = block.trim().replaceAll(/\s*\n\s*/g, " ");
      if (paragraph.startsWith("#")) {
        section = paragraph.replace(/^#+ /, "");
        continue;
      }
      const declared = PROFILE.exec(paragraph);
      if (declared?.[1] !== undefined) {
        profile = { name: declared[1], role: declared[2] === "servers" ? "server" : "client" };
      }
      const where = `${chapter.file}, "${section}"`;
      const id = RULE.exec(paragraph)?.[1];
      const words = [...paragraph.matchAll(KEY_WORDS)].map((match) => match[0]);
      if (id === undefined) {
        if (/\*\*\[[^\]]*\]\*\*/.test(paragraph))
          problems.push(`${where}: a malformed rule id in "${paragraph.slice(0, 60)}"`);
        if (words.length > 0 && section !== "Levels") {
          problems.push(`${where}: ${words[0]} stands outside a rule, in "${paragraph.slice(0, 60)}…"`);
        }
        const last = rules.at(-1);
        if (paragraph.startsWith("Not judged: ") && last?.chapter === chapter.file) {
          last.notJudged = paragraph.slice("Not judged: ".length);
        }
        continue;
      }
      const sentence = paragraph.replace(RULE, "");
      const role = /^(?:A|An|The) (server|client)\b/.exec(sentence)?.[1] as "server" | "client" | undefined;
      if (words.length !== 1) problems.push(`${where}: ${id} has ${words.length} key words; a rule has exactly one`);
      if (role === undefined) problems.push(`${where}: ${id} does not begin with "A server" or "A client"`);
      if (profile === undefined) problems.push(`${where}: ${id} stands under no profile`);
      else if (role !== undefined && role !== profile.role) {
        problems.push(`${where}: ${id} speaks of a ${role} under a profile for ${profile.role}s`);
      }
      if (rules.some((rule) => rule.id === id)) problems.push(`${where}: ${id} is used twice`);
      if (role === undefined || profile === undefined) continue;
      rules.push({
        id,
        level: (words[0] ?? "MUST").replace(" NOT", "") as ExtractedLevel,
        role,
        profile: profile.name,
        chapter: chapter.file,
        section,
        text: sentence.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1"),
      });
    }
  }
  return { rules, problems };
}
