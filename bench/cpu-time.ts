/** The CPU time of a process and of all below it, where the system tells (Linux). */
import { readdirSync, readFileSync } from "node:fs";

/** The unit of times in /proc/PID/stat is 1/100 s on every common architecture. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds of CPU time, user and system, that a process and its descendants have used so far; a shell that started the
 * server counts with it. Undefined where the system doesn't tell, or the process is gone.
 */
export function cpuSecondsOf(pid: number): number | undefined {
  const processes = readProcesses();
  if (!processes.has(pid)) return undefined;
  const family = new Set([pid]);
  // A set that grows while it is walked: each member adds its children.
  for (const parent of family) {
    for (const [child, process] of processes) if (process.parent === parent) family.add(child);
  }
  let ticks = 0;
  for (const member of family) ticks += processes.get(member)?.ticks ?? 0;
  return ticks / TICKS_PER_SECOND;
}

function readProcesses(): Map<number, { parent: number; ticks: number }> {
  const processes = new Map<number, { parent: number; ticks: number }>();
  for (const name of list("/proc")) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : "";
    // The second field is the program's name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields.length < 15) continue;
    // After the name: state, ppid, …, utime, stime, and the same of children that have ended.
    const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number);
    const ticks = (user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? 0);
    processes.set(Number(name), { parent: Number(fields[1]), ticks });
  }
  return processes;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process may end between listing and reading. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
