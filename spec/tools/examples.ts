/** Finds the examples in the chapters' text: fenced blocks marked ```json KIND. */
import type { Chapter } from "./extract-rules.ts";

/** One example: where it stands, which schema it has to fit, and its text. */
export interface Example {
  where: string;
  kind: string;
  text: string;
}

/** @returns every fenced JSON block that names a kind of message, in the order of the text. */
export function findExamples(chapters: Chapter[]): Example[] {
  return chapters.flatMap((chapter) =>
    [...chapter.markdown.matchAll(/^```json (\S+)\n([\s\S]*?)^```$/gm)].map((match, index) => ({
      where: `${chapter.file}, example ${index + 1}`,
      kind: match[1] ?? "",
      text: match[2] ?? "",
    })),
  );
}
