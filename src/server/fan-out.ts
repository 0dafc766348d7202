/**
 * The fan-out: one order for all that leaves the server, and few writes to bring it there.
 *
 * To hand bytes to the system costs far more than to make them: a write to a TCP connection takes some 6 µs of the kernel,
 * whatever is in it and whatever the server is written in. With a write for each message and each receiver, that is all
 * that a server does. So
 *
 * - each message is put into the form of a wire once, however many receive it;
 * - all messages of one turn of the event loop are joined in one buffer, which all receivers share: each gets one write;
 * - while more comes than goes, the next turn is a little later, and has more to join.
 *
 * docs/benchmarks.md has what each of these is worth.
 */
import type { Outgoing } from "../core/outgoing.ts";

/** The form that messages have on one kind of wire. */
export interface Form {
  /**
   * Called once a message, if there is a receiver that takes this form. What it returns must never change. What several
   * messages give is joined, one behind the other.
   */
  encode(message: Outgoing): Buffer;
  /** Puts around what is written at once what the wire wants around it. A form without it wants nothing. */
  seal?(messages: Buffer): Buffer;
}

/** One open connection or stream. A wire implements this; the fan-out calls it and knows no wire. */
export interface Connection {
  /** The form that it takes. It is the same object for all connections of a kind: they share what is encoded. */
  readonly form: Form;

  /**
   * Takes bytes, whole messages, to go out after all that were taken before. Must not change them: others get the same.
   * Does nothing once the connection has closed; never throws.
   */
  write(bytes: Buffer): void;

  /**
   * Starts to close the connection; what was taken before is sent first.
   *
   * @param code - a close code of RFC 6455, section 7.4. A wire without close codes just ends.
   * @param reason - for people to read: at most 123 bytes of UTF-8
   */
  close(code: number, reason: string): void;
}

/** What is joined at most before it is written at once, in bytes: a burst from code must not make one endless buffer. */
const MAX_BATCH_BYTES = 262_144;

/**
 * How much later the next batch may be written while the server is busy, in milliseconds. Timers know no less than 1 ms: a
 * few receivers, for whom a batch is written sooner, would wait for the clock alone.
 */
const MIN_REST_MS = 1;
const MAX_REST_MS = 5;

/**
 * Carries every message to every connection. All data goes through here, direct replies too: so all receivers see one
 * order, on whatever wire (CORE-S4b, BRIDGE-3), and a reply never overtakes what was published before it.
 */
export class FanOut {
  readonly #lanes = new Map<Form, Lane>();
  #farewell: [code: number, reason: string] | undefined;
  /** Messages in the open batch. */
  #waiting = 0;
  #scheduled = false;
  /** A time of `performance.now()`: the next batch is not written before it. */
  #restsUntil = 0;

  /** How many connections and streams are open. */
  get size(): number {
    let size = 0;
    for (const { connections } of this.#lanes.values()) size += connections.size;
    return size;
  }

  /** Delivers to this connection all that is published from now on. After {@link FanOut.close} it is closed instead. */
  join(connection: Connection): void {
    if (this.#farewell) {
      connection.close(...this.#farewell);
      return;
    }
    const lane = this.#lanes.get(connection.form) ?? new Lane(connection.form);
    this.#lanes.set(connection.form, lane);
    lane.join(connection);
  }

  /** Delivers nothing more to this connection. Without effect if it has left already. */
  leave(connection: Connection): void {
    this.#lanes.get(connection.form)?.leave(connection);
  }

  /** Sends one message to every connection, in the order of the calls (CORE-S3a, CORE-S4a). */
  publish(message: Outgoing): void {
    let bytes = 0;
    for (const lane of this.#lanes.values()) bytes = Math.max(bytes, lane.publish(message));
    if (bytes === 0) return;
    this.#waiting++;
    if (bytes >= MAX_BATCH_BYTES) this.#flush();
    else this.#schedule();
  }

  /** Sends one message to one connection alone, after all that was published before. */
  reply(connection: Connection, message: Outgoing): void {
    this.catchUp(connection);
    const { form } = connection;
    connection.write(sealed(form, form.encode(message)));
  }

  /**
   * Writes to one connection what was published and is not written yet. A wire calls it before it writes on its own what
   * nothing may follow, such as a Close frame: a connection that closes gets all that was accepted before.
   */
  catchUp(connection: Connection): void {
    this.#lanes.get(connection.form)?.catchUp(connection);
  }

  /** Closes every connection, and from now on each that joins. They leave as their wires report them closed. */
  close(code: number, reason: string): void {
    this.#farewell = [code, reason];
    this.#flush();
    for (const { connections } of this.#lanes.values()) {
      for (const connection of connections) connection.close(code, reason);
    }
  }

  /** At the end of this turn, when all that has come is read; or when the rest is over. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const restMs = this.#restsUntil - performance.now();
    const flush = () => {
      this.#scheduled = false;
      // A batch that was full has gone before.
      if (this.#waiting > 0) this.#flush();
    };
    if (restMs >= MIN_REST_MS) setTimeout(flush, restMs);
    else setImmediate(flush);
  }

  #flush(): void {
    const joined = this.#waiting;
    const startedAt = performance.now();
    this.#waiting = 0;
    for (const lane of this.#lanes.values()) lane.flush();
    // Where messages come one by one, who waits joins nothing. Where several came together, more will: they are worth a
    // rest as long as it took to write them, which is half of the time for writing, and the other half for all else.
    const endedAt = performance.now();
    this.#restsUntil = joined > 1 ? endedAt + Math.min(endedAt - startedAt, MAX_REST_MS) : 0;
  }
}

/** All connections that take one form, and the batch that is open for them. */
class Lane {
  readonly connections = new Set<Connection>();
  readonly #form: Form;
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Who has had a part of the batch, or has joined since it was opened: how many of its bytes are not for them. */
  readonly #ahead = new Map<Connection, number>();

  constructor(form: Form) {
    this.#form = form;
  }

  join(connection: Connection): void {
    this.connections.add(connection);
    if (this.#bytes > 0) this.#ahead.set(connection, this.#bytes);
  }

  leave(connection: Connection): void {
    this.connections.delete(connection);
    this.#ahead.delete(connection);
  }

  /** @returns how many bytes the batch has now */
  publish(message: Outgoing): number {
    if (this.connections.size === 0) return 0;
    const piece = this.#form.encode(message);
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    return this.#bytes;
  }

  catchUp(connection: Connection): void {
    const from = this.#ahead.get(connection) ?? 0;
    if (from === this.#bytes || !this.connections.has(connection)) return;
    this.#ahead.set(connection, this.#bytes);
    connection.write(sealed(this.#form, this.#joined().subarray(from)));
  }

  flush(): void {
    if (this.#bytes === 0) return;
    const batch = this.#joined();
    const whole = sealed(this.#form, batch);
    const ahead = new Map(this.#ahead);
    this.#pieces = [];
    this.#bytes = 0;
    this.#ahead.clear();
    for (const connection of this.connections) {
      const from = ahead.size === 0 ? 0 : (ahead.get(connection) ?? 0);
      if (from === 0) connection.write(whole);
      else if (from < batch.length) connection.write(sealed(this.#form, batch.subarray(from)));
    }
  }

  /** The batch as one buffer. The pieces are joined in place: who asks next finds it done. */
  #joined(): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces, this.#bytes)];
    return this.#pieces[0] ?? Buffer.alloc(0);
  }
}

function sealed(form: Form, messages: Buffer): Buffer {
  return form.seal ? form.seal(messages) : messages;
}
