/** Who listens to a client, and how they are told. */
import { RESERVED_EVENT_NAMES } from "../../spec/schema/reserved.ts";
import type { Message, Notice } from "../core/notice.ts";

/** Whatever a program hands over to be called. */
type Listener = (...values: never[]) => void;

const ownNames: readonly string[] = RESERVED_EVENT_NAMES;

/** The listeners of one client. They are called one after the other, in the order in which things happened. */
export class Listeners {
  readonly #byName = new Map<string, Set<Listener>>();
  readonly #all = new Set<(message: Message) => void>();
  readonly #due: Notice[] = [];
  #isTelling = false;

  /** Adds a listener of a notice, or of the events with a name. @returns what takes it off again */
  add(name: string, listener: Listener): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Adds a listener of all messages. @returns what takes it off again */
  addForAll(listener: (message: Message) => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  /** Tells all. What a listener brings about is told after that which it was told. */
  readonly show = (...notices: Notice[]): void => {
    this.#due.push(...notices);
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let notice = this.#due.shift(); notice; notice = this.#due.shift()) this.#tell(notice);
    this.#isTelling = false;
  };

  #tell(notice: Notice): void {
    if (notice.kind === "message") this.#tellMessage(notice.value);
    else this.#call(notice.kind, notice.value);
  }

  #tellMessage(message: Message): void {
    for (const listener of [...this.#all]) call(listener, message);
    const { event } = message;
    if (event === undefined) this.#call("message", message.data, message);
    // A stream may have events of any name. One that is the name of a notice would be taken for it.
    else if (!ownNames.includes(event)) this.#call(event, message.data, message);
  }

  #call(name: string, ...values: unknown[]): void {
    for (const listener of [...(this.#byName.get(name) ?? [])])
      call(listener as (...values: unknown[]) => void, ...values);
  }
}

/** A listener that throws is a mistake of the program: it is reported where the platform reports such, and changes nothing. */
function call<Values extends unknown[]>(listener: (...values: Values) => void, ...values: Values): void {
  try {
    listener(...values);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
