/** A generator, as the benchmark sees it: a process of its own that is asked for things. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TargetFailure } from "../target/target-failure.ts";
import { type Answered, type Asked, type CommandName, checked, commands, FromGenerator } from "./protocol.ts";

/** The compiled program of this folder with that name: Node runs no other. */
export function program(name: string): string {
  const manifest = createRequire(import.meta.url).resolve("tidings/package.json");
  return join(dirname(manifest), "dist/bench/generator", `${name}.js`);
}

/** Asks a process to generate load. Disposal ends the process, and its connections with it. */
export class Generator implements AsyncDisposable {
  /** Called when all its subscribers have some more messages. */
  onProgress: (progress: { complete: number; at: number }) => void = () => {};
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  #asked = 0;

  constructor() {
    this.#child = fork(program("process"), { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#child.on("message", (message) => this.#take(message));
    this.#child.on("error", (error) => this.#fail(error));
    this.#child.on("exit", (code, signal) => this.#fail(new Error(`a load generator ended (${code ?? signal})`)));
  }

  /**
   * Has it do something and tells what it answers.
   *
   * @throws TargetFailure if it says that it could not
   */
  async ask<Name extends CommandName>(command: Name, asked: Asked<Name>): Promise<Answered<Name>> {
    const id = ++this.#asked;
    const answer = await new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, command, asked }, (error) => error && reject(error));
    });
    return checked(commands[command].answers, answer) as Answered<Name>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  #take(message: unknown): void {
    const told = checked(FromGenerator, message);
    if (told.kind === "progress") {
      this.onProgress(told);
      return;
    }
    const pending = this.#pending.get(told.id);
    this.#pending.delete(told.id);
    if (told.kind === "answer") pending?.resolve(told.answer);
    else pending?.reject(new TargetFailure(told.reason));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
