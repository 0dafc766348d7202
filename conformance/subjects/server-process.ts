/** A server under test that the kit starts itself, from a shell command. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { platform } from "node:os";

/** A command did not bring up a server. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
}

const ACCEPTS_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 40;
const ENDS_WITHIN_MS = 3_000;
const KEPT_OUTPUT = 2_000;

/** A process that listens on a port of this machine, which the kit chose. */
export class ServerProcess {
  /** The port that took the place of `{port}` in the command, and that stands in its environment as PORT. */
  readonly port: number;
  readonly #command: string;
  #child: ChildProcess | undefined;
  #output = "";

  private constructor(command: string, port: number) {
    this.#command = command.replaceAll("{port}", String(port));
    this.port = port;
  }

  /** Chooses a free port for a command; {@link ServerProcess.start} starts it. */
  static async prepare(command: string): Promise<ServerProcess> {
    return new ServerProcess(command, await freePort());
  }

  /**
   * Starts the command, which must not be running, and waits until it accepts TCP connections.
   *
   * @throws StartFailure where it ends before, or does not within 30 s.
   */
  async start(): Promise<void> {
    await this.stop();
    this.#output = "";
    const child = spawn(this.#command, {
      shell: true,
      // A group of its own, so that what the shell started can be ended too.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PORT: String(this.port) },
    });
    this.#child = child;
    const keep = (bytes: Buffer) => {
      this.#output = (this.#output + bytes.toString("utf8")).slice(-KEPT_OUTPUT);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    let ended: string | undefined;
    child.once("error", (error) => {
      ended = error.message;
    });
    child.once("exit", (code, signal) => {
      ended = code === null ? `was ended by ${signal}` : `exited with ${code}`;
    });
    const deadline = performance.now() + ACCEPTS_WITHIN_MS;
    while (!(await accepts(this.port))) {
      if (ended !== undefined) throw this.#failure(`${ended} before it accepted connections`);
      if (performance.now() > deadline) {
        await this.stop();
        throw this.#failure(`did not accept connections within ${ACCEPTS_WITHIN_MS / 1000} s`);
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    if (ended !== undefined) throw this.#failure(`${ended}, while something else accepts connections there`);
  }

  /** Ends the process and all that it started: asked first, then by force. Resolves when it is gone. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.pid === undefined) return;
    const { pid } = child;
    this.#signal(pid, "SIGTERM");
    // The shell may be gone long before what it started: the whole group gets its time.
    const deadline = performance.now() + ENDS_WITHIN_MS;
    while (groupLives(pid) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    this.#signal(pid, "SIGKILL");
    // What has left the group may hold the pipes: the kit does not wait for that.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }

  /** Ends the process at once, for when the kit itself is being ended. */
  kill(): void {
    this.#signal(this.#child?.pid, "SIGKILL");
  }

  #signal(pid: number | undefined, signal: NodeJS.Signals): void {
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone.
    }
  }

  #failure(what: string): StartFailure {
    const words = this.#output.trim();
    const said = words === "" ? "It said nothing." : `Its last words: ${words.split("\n").slice(-5).join(" | ")}`;
    return new StartFailure(`The command "${this.#command}" ${what} on port ${this.port}. ${said}`);
  }
}

function groupLives(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return platform() !== "linux" || hasLivingMember(pid);
  } catch {
    return false;
  }
}

/** What has ended, but whose end nobody has asked for yet, still counts for `kill`: in containers, often for ever. */
function hasLivingMember(group: number): boolean {
  return readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      // pid (command) state parent group …: the command may have anything in it.
      const [state, , itsGroup] = readFileSync(`/proc/${name}/stat`, "latin1")
        .replace(/^.*\) /s, "")
        .split(" ");
      return Number(itsGroup) === group && state !== "Z" && state !== "X";
    } catch {
      return false;
    }
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function accepts(port: number): Promise<boolean> {
  const answers = ["127.0.0.1", "::1"].map(
    (host) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ host, port });
        socket.once("connect", () => {
          socket.destroy();
          resolve(true);
        });
        socket.once("error", () => resolve(false));
      }),
  );
  return (await Promise.all(answers)).includes(true);
}
