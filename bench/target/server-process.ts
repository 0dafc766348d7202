/** What the system tells of a process and of all below it (Linux): CPU time and memory. */
import { readdirSync, readFileSync } from "node:fs";

/** The unit of times in /proc/PID/stat is 1/100 s on every common architecture. */
const TICKS_PER_SECOND = 100;
const NANOSECONDS = 1_000_000_000;

/** Memory of processes, in bytes. */
export interface Memory {
  /** What is in the machine's memory now. */
  bytes: number;
  /** The most that it ever was; of each process for itself. */
  peakBytes: number;
}

/**
 * Seconds of CPU time, user and system, that a process and its descendants have used so far; a shell that started the
 * server counts with it. Finer than the 10 ms of ticks where the system keeps that. Undefined where the system doesn't tell, or the process is gone.
 */
export function cpuSecondsOf(pid: number): number | undefined {
  const family = familyOf(pid);
  if (family.length === 0) return undefined;
  return family.reduce((sum, member) => sum + secondsOf(member), 0);
}

function secondsOf({ pid, ticks, childrenTicks }: Member): number {
  const threads = list(`/proc/${pid}/task`).map((thread) => read(`/proc/${pid}/task/${thread}/schedstat`));
  const ofThreads = threads.reduce((sum, text) => sum + Number(text.split(" ")[0]), 0) / NANOSECONDS;
  // Ticks are rounded down; but they count threads that have ended, which are nowhere else.
  return Math.max(ofThreads, ticks / TICKS_PER_SECOND) + childrenTicks / TICKS_PER_SECOND;
}

/** Whether a process is another, or above it. */
export function isAbove(pid: number, other: number): boolean {
  return familyOf(pid).some((member) => member.pid === other);
}

/** Memory of a process and its descendants together; undefined where the system doesn't tell, or the process is gone. */
export function memoryOf(pid: number): Memory | undefined {
  const family = familyOf(pid);
  if (family.length === 0) return undefined;
  const memory: Memory = { bytes: 0, peakBytes: 0 };
  for (const member of family) {
    const status = read(`/proc/${member.pid}/status`);
    const bytes = (name: string) => 1_024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
    memory.bytes += bytes("VmRSS");
    memory.peakBytes += bytes("VmHWM");
  }
  return memory;
}

interface Member {
  pid: number;
  parent: number;
  ticks: number;
  /** Of children that have ended. */
  childrenTicks: number;
}

/** A process and all below it; nobody if it is gone. */
function familyOf(pid: number): Member[] {
  const processes = readProcesses();
  const head = processes.filter((process) => process.pid === pid);
  // An array that grows while it is walked: each member adds its children.
  for (const member of head) head.push(...processes.filter(({ parent }) => parent === member.pid));
  return head;
}

function readProcesses(): Member[] {
  const processes: Member[] = [];
  for (const name of list("/proc")) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : "";
    // The second field is the program's name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields.length < 15) continue;
    // After the name: state, ppid, …, utime, stime, and the same of children that have ended.
    const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number);
    processes.push({
      ...{ pid: Number(name), parent: Number(fields[1]) },
      ...{ ticks: (user ?? 0) + (system ?? 0), childrenTicks: (childrenUser ?? 0) + (childrenSystem ?? 0) },
    });
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
