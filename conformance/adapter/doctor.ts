/** Checks an adapter itself, before anybody trusts a verdict through it. */

import { DrivenClient } from "../driven-client.ts";
import { firstDifference } from "../json-difference.ts";
import { MessageMaker, newRunMark } from "../marks.ts";
import { LagMeter } from "../runner/lag.ts";
import { Patience } from "../runner/patience.ts";
import { checkProfiles } from "../selection.ts";
import { Transcript } from "../transcript.ts";
import { ScriptedServer } from "../wire/scripted-server.ts";
import { Adapter } from "./adapter.ts";
import { AdapterProcess } from "./adapter-process.ts";
import { type Hello, openOptionNames, type Transport } from "./protocol.ts";

/** What came of one check. */
export interface Diagnosis {
  /** What a good adapter does, in a few words. */
  check: string;
  /** What is wrong, and how to mend it; nothing where all is well. */
  problem?: string;
}

const HELLO_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 5_000;
const EXIT_WITHIN_MS = 5_000;

/**
 * Starts an adapter, and checks that it keeps to `tidings-adapter/1`.
 *
 * @param command - the program, and what it is given.
 * @param onDiagnosis - told of each check as it is done.
 * @returns all of them. After the first that makes the others pointless, no more are made.
 */
export async function examineAdapter(
  command: readonly [string, ...string[]],
  onDiagnosis: (diagnosis: Diagnosis) => void = () => {},
): Promise<Diagnosis[]> {
  const examination = new Examination(command, onDiagnosis);
  return examination.run();
}

class Examination {
  readonly #link: AdapterProcess;
  readonly #adapter: Adapter;
  readonly #onDiagnosis: (diagnosis: Diagnosis) => void;
  readonly #diagnoses: Diagnosis[] = [];
  readonly #lag = new LagMeter();
  readonly #maker = new MessageMaker(newRunMark(), 1);

  constructor(command: readonly [string, ...string[]], onDiagnosis: (diagnosis: Diagnosis) => void) {
    this.#link = new AdapterProcess(command);
    this.#adapter = new Adapter(this.#link);
    this.#onDiagnosis = onDiagnosis;
  }

  async run(): Promise<Diagnosis[]> {
    try {
      await this.#examine();
    } catch {
      // What made the others pointless has been said.
    } finally {
      this.#lag.stop();
      await this.#link.end();
    }
    return this.#diagnoses;
  }

  async #examine(): Promise<void> {
    const hello = await this.#check("says who it is", () => this.#adapter.hello(HELLO_WITHIN_MS));
    await this.#check("names profiles and options that there are", async () => namesKnown(hello));
    await this.#check('answers a command that it does not know with "unsupported"', () => this.#unknownCommand());
    await this.#check("takes a command that comes in two pieces, and two that come in one", () => this.#pieces());
    for (const transport of hello.transports) {
      await this.#check(`opens, shows a message at once, and closes (${transport})`, () =>
        this.#message(transport, hello),
      );
    }
    await this.#check('answers "bye", and exits with status 0', () => this.#bye());
  }

  async #check<Value>(check: string, examine: () => Promise<Value>): Promise<Value> {
    try {
      const value = await examine();
      this.#tell({ check });
      return value;
    } catch (error) {
      this.#tell({ check, problem: (error as Error).message });
      if (this.#adapter.failure !== undefined || check === "says who it is") throw error;
      return undefined as Value;
    }
  }

  #tell(diagnosis: Diagnosis): void {
    this.#diagnoses.push(diagnosis);
    this.#onDiagnosis(diagnosis);
  }

  async #unknownCommand(): Promise<void> {
    const cmd = `no-such-command-${this.#maker.mark()}`;
    const answer = await this.#adapter.command({ cmd } as never, ANSWER_WITHIN_MS);
    if (answer.ok || answer.error !== "unsupported") {
      throw new Error(
        `it answered ${JSON.stringify(answer)}: what it does not know is answered {"id":N,"ok":false,"error":"unsupported"}`,
      );
    }
  }

  async #pieces(): Promise<void> {
    const first = this.#adapter.expect("hello", ANSWER_WITHIN_MS);
    this.#link.sendBytes(`${first.line.slice(0, 7)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = this.#adapter.expect("hello", ANSWER_WITHIN_MS);
    const third = this.#adapter.expect("hello", ANSWER_WITHIN_MS);
    this.#link.sendBytes(`${first.line.slice(7)}\n${second.line}\n${third.line}\n`);
    await Promise.all([first.answer, second.answer, third.answer]);
  }

  /** U+2028 ends no line, and a message that nothing follows does not wait in a buffer. */
  async #message(transport: Transport, { options = [] }: Hello): Promise<void> {
    const patience = new Patience({ stallMs: 5_000, caseMs: 30_000, runEndsAt: Number.POSITIVE_INFINITY }, this.#lag);
    const surroundings = {
      patience,
      transcript: new Transcript(),
      markPrefix: this.#maker.prefix,
      runMark: this.#maker.prefix,
    };
    const server = await ScriptedServer.listen(`doctor-${transport}`, surroundings);
    const client = new DrivenClient(server, "/", {}, this.#adapter, ANSWER_WITHIN_MS, surroundings);
    try {
      const url = transport === "ws" ? `ws://${server.host}/` : `http://${server.host}/api/events`;
      const known = options.includes("heartbeatIntervalMs") ? { heartbeatIntervalMs: 30_000 } : {};
      const answer = await client.command({ cmd: "open", client: client.name, transport, url, options: known });
      if (!answer.ok) throw new Error(`open was answered ${JSON.stringify(answer)}`);
      const attempt = await client.attempt();
      const message = this.#maker.message({ text: "U+2028 is here: \u2028, and U+2029: \u2029, and a line feed: \n" });
      if (transport === "ws") attempt.accept().send(message);
      else attempt.openStream().send(message);
      await client.showsAll([message]);
      const [shown] = client.copiesOf(message);
      if (firstDifference(message.value, shown?.data) !== undefined) {
        throw new Error(
          `it reported ${JSON.stringify(shown?.data)} where ${message.text} came: report the value as it was parsed`,
        );
      }
      await client.close();
      await client.until(() => server.alive.length === 0, "end its connection when it was closed");
    } finally {
      server.close();
      this.#adapter.clients.delete(client.name);
    }
  }

  async #bye(): Promise<void> {
    const ending = await this.#adapter.sayBye(ANSWER_WITHIN_MS, EXIT_WITHIN_MS);
    if (ending !== "exited with status 0") throw new Error(`it ${ending}: after its answer it exits with status 0`);
  }
}

function namesKnown({ options = [], profiles = [] }: Hello): void {
  checkProfiles(profiles, "client");
  const unknown = options.find((option) => !(openOptionNames as readonly string[]).includes(option));
  if (unknown !== undefined) {
    throw new Error(`there is no option "${unknown}". There are: ${openOptionNames.join(", ")}`);
  }
}
