/** Asks an adapter, and keeps what it reports. */
import { EventEmitter, once } from "node:events";
import { Compile } from "typebox/compile";
import { Answer, type Command, Report } from "../../adapter/protocol.ts";

const answers = Compile(Answer);
const reports = Compile(Report);

/** A command, or one that nobody knows. */
type Asked = Command | { cmd: "dance" };

/** What is said with an adapter, whatever carries it. */
export class Talk extends EventEmitter {
  readonly reports: Report[] = [];
  readonly write: (text: string | Buffer) => void;
  #ids = 0;

  /** @param write takes what is to go to the adapter. */
  constructor(write: (text: string | Buffer) => void) {
    super();
    this.write = write;
    // Who waits for something is told, by `once`; nobody may be waiting.
    this.on("error", () => {});
  }

  /** Takes one text that the adapter says. */
  hear(text: string): void {
    const said = JSON.parse(text);
    if ("id" in said) {
      this.emit(`answer ${said.id}`, answers.Parse(said));
    } else {
      this.reports.push(reports.Parse(said));
      this.emit("report");
    }
  }

  /** The adapter says no more. */
  over(): void {
    this.emit("error", new Error("the adapter is gone"));
  }

  /** @returns the text of a command, and the answer to come. */
  prepare(command: Asked): { text: string; answer: Promise<Answer> } {
    const id = ++this.#ids;
    const answer = once(this, `answer ${id}`).then(([said]) => said);
    return { text: JSON.stringify({ id, ...command }), answer };
  }

  /** @returns the answer to a command. */
  ask(command: Asked): Promise<Answer> {
    const { text, answer } = this.prepare(command);
    this.write(text);
    return answer;
  }

  /** @returns what a client has shown. */
  of(client: string): Report[] {
    return this.reports.filter((report) => report.client === client);
  }

  /** @returns what a client has shown at last, when it has shown such an event so many times. */
  async shown(client: string, event: Report["event"], times = 1): Promise<Report> {
    for (;;) {
      const found = this.of(client).filter((report) => report.event === event)[times - 1];
      if (found !== undefined) return found;
      await once(this, "report");
    }
  }
}

/** An adapter that runs. */
export interface Running {
  talk: Talk;
  /** Ends it with `bye`. */
  stop(): Promise<void>;
}
