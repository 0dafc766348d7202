/** The kit's verdict on a member of the zoo. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { RunOutcome } from "../runner/outcome.ts";
import { runServerConformance } from "../runner/run.ts";
import { ServerProcess } from "../subjects/server-process.ts";
import type { ZooMember } from "./zoo-members.ts";

/** The root of the repository, seen from the sources and from what is built of them. */
export const root = dirname(createRequire(import.meta.url).resolve("tidings/package.json"));

const needs: { [need in NonNullable<ZooMember["needs"]>]: readonly [what: string, ask: readonly string[]] } = {
  python: ["Python's websockets (Debian's python3-websockets)", ["/usr/bin/python3", "-c", "import websockets"]],
};

/** @returns what a member needs and this machine does not have, in words, or undefined where it has all. */
export function missingFor(member: ZooMember): string | undefined {
  if (member.needs === undefined) return undefined;
  const [what, [program = "", ...rest]] = needs[member.needs];
  return spawnSync(program, rest).status === 0 ? undefined : what;
}

/** Starts a member, runs the suite for all that it claims, and ends it. */
export async function judge(member: Omit<ZooMember, "about" | "needs">): Promise<RunOutcome> {
  const server = await ServerProcess.prepare(`cd '${root}' && exec ${member.command}`);
  const kill = () => server.kill();
  process.once("exit", kill);
  try {
    const addresses = Object.entries(member.addresses).map(([name, address]) => [
      name,
      address.replaceAll("{port}", String(server.port)),
    ]);
    return await runServerConformance(
      { name: member.name, ...Object.fromEntries(addresses), start: () => server.start() },
      { selection: { profiles: member.profiles } },
    );
  } finally {
    await server.stop();
    process.off("exit", kill);
  }
}

/**
 * @returns what differs from a member that conforms, in words: why the run is incomplete, each case that did not pass, and
 *   each that was not judged although somebody can publish.
 */
export function deviations({ addresses }: Pick<ZooMember, "addresses">, { result }: RunOutcome): string[] {
  const onlyWatched = addresses.ws === undefined && addresses.publish === undefined;
  const expected = onlyWatched ? ["pass", "not-applicable"] : ["pass"];
  // What could not be run since the server was gone is said once for all.
  if (result.message !== undefined) expected.push("inconclusive");
  return [
    ...(result.message === undefined ? [] : [result.message]),
    ...result.cases
      .filter(({ status }) => !expected.includes(status))
      .map(({ id, status, message }) => `${id}: ${status}: ${message}`),
  ];
}
