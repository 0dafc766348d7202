/** An adapter that is a child process of the kit: one JSON object a line on its standard input and output. */
import { type ChildProcess, spawn } from "node:child_process";
import { LineReader } from "./lines.ts";
import type { AdapterLink, LinkListener } from "./link.ts";

const KEPT_TEXT = 4_000;
const ENDS_WITHIN_MS = 2_000;

/** A process that was started from a command. */
export class AdapterProcess implements AdapterLink {
  readonly canFreeze = process.platform !== "win32";
  readonly #child: ChildProcess;
  readonly #lines = new LineReader();
  readonly #gone: Promise<void>;
  #text = "";
  #ended = false;
  #listener: LinkListener | undefined;

  /** @param command - the program, and what it is given. It is no shell that reads it. */
  constructor(command: readonly [string, ...string[]]) {
    const [program, ...rest] = command;
    // A group of its own, so that what it started can be stopped and ended with it.
    this.#child = spawn(program, rest, { stdio: ["pipe", "pipe", "pipe"], detached: true });
    const { stdin, stdout, stderr } = this.#child;
    // Who has gone does not read any more: its end says so.
    stdin?.on("error", () => {});
    stdout?.on("data", (bytes: Buffer) => this.#onBytes(bytes));
    stderr?.on("data", (bytes: Buffer) => {
      this.#text = (this.#text + bytes.toString("utf8")).slice(-KEPT_TEXT);
    });
    this.#gone = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.#end(`could not be started: ${error.message}`);
        resolve();
      });
      // What it wrote before its end comes before "close", not before "exit".
      this.#child.once("close", (code, signal) => {
        this.#end(code === null ? `was ended by ${signal}` : `exited with status ${code}`);
        resolve();
      });
    });
    this.#child.once("exit", () => this.#signal("SIGKILL"));
  }

  get freeText(): string {
    return this.#text;
  }

  listen(listener: LinkListener): void {
    this.#listener = listener;
  }

  send(line: string): void {
    if (!this.#ended) this.#child.stdin?.write(`${line}\n`);
  }

  /** Sends bytes as they are, for who wants to know how the adapter cuts lines. */
  sendBytes(bytes: string): void {
    if (!this.#ended) this.#child.stdin?.write(bytes);
  }

  freeze(): void {
    this.#signal("SIGSTOP");
  }

  thaw(): void {
    this.#signal("SIGCONT");
  }

  kill(): void {
    this.#signal("SIGKILL");
  }

  async end(): Promise<void> {
    this.#signal("SIGKILL");
    this.#child.stdin?.destroy();
    // Something that left the group may hold the pipes: the kit does not wait for it.
    await Promise.race([this.#gone, new Promise((resolve) => setTimeout(resolve, ENDS_WITHIN_MS).unref())]);
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #onBytes(bytes: Buffer): void {
    try {
      for (const line of this.#lines.push(bytes)) this.#listener?.onLine(line);
    } catch (error) {
      this.#end(`wrote ${(error as Error).message}`);
      this.#signal("SIGKILL");
    }
  }

  #end(why: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listener?.onEnd(why);
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone.
    }
  }
}
