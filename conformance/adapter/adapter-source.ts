/** Where a run gets its adapters from: processes that it starts, as many as it has cases side by side. */
import { Adapter, type AdapterFailure } from "./adapter.ts";
import { AdapterProcess } from "./adapter-process.ts";
import type { Hello } from "./protocol.ts";

/** An adapter that has said who it is. */
export interface ReadyAdapter {
  adapter: Adapter;
  hello: Hello;
}

/** Hands out adapters. */
export interface AdapterSource {
  /** What reports call the subject as long as it has not said its name. */
  readonly name: string;
  /** How long a whole run may take, as a factor: where there are few adapters, cases wait for each other. */
  readonly pace: number;
  /**
   * Hands out an adapter to one case alone, as soon as there is one.
   *
   * @throws AdapterFailure where it does not come up, or does not say who it is in time.
   */
  acquire(): Promise<ReadyAdapter>;
  /** Takes one back; with `fresh`, the next case is not to have the same one. */
  release(ready: ReadyAdapter, fresh: boolean): Promise<void>;
  /** Ends all. */
  close(): Promise<void>;
}

const HELLO_WITHIN_MS = 10_000;
const BYE_WITHIN_MS = 1_000;

/** All that run, whichever source started them: none may outlive the kit. */
const running = new Set<Adapter>();
process.once("exit", () => {
  for (const { link } of running) link.kill();
});

/** Starts a command once for each case that runs beside others, and uses the processes again. */
export class ProcessSource implements AdapterSource {
  readonly name: string;
  readonly pace = 1;
  readonly #command: readonly [string, ...string[]];
  readonly #idle: ReadyAdapter[] = [];
  readonly #all = new Set<Adapter>();

  /**
   * Starts nothing yet.
   *
   * @param command - the program, and what it is given. It is no shell that reads it.
   */
  constructor(command: readonly [string, ...string[]]) {
    this.#command = command;
    this.name = command.join(" ");
  }

  async acquire(): Promise<ReadyAdapter> {
    const idle = this.#idle.pop();
    if (idle !== undefined && idle.adapter.failure === undefined) return idle;
    const adapter = new Adapter(new AdapterProcess(this.#command));
    this.#all.add(adapter);
    running.add(adapter);
    try {
      return { adapter, hello: await adapter.hello(HELLO_WITHIN_MS) };
    } catch (error) {
      await this.#end(adapter);
      throw error as AdapterFailure;
    }
  }

  async release(ready: ReadyAdapter, fresh: boolean): Promise<void> {
    if (fresh || ready.adapter.failure !== undefined) await this.#end(ready.adapter);
    else this.#idle.push(ready);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((adapter) => this.#end(adapter)));
  }

  async #end(adapter: Adapter): Promise<void> {
    if (adapter.failure === undefined) await adapter.bye(BYE_WITHIN_MS);
    else await adapter.link.end();
    this.#all.delete(adapter);
    running.delete(adapter);
  }
}
