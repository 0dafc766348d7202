/** Who is connected, and the one path by which messages reach them; knows connections, but no wire. */
import type { Connection } from "../core/connection.ts";
import type { Outgoing } from "../core/outgoing.ts";

/**
 * Everybody who listens.
 *
 * Whatever goes to a connection goes through here, direct replies too. So all receivers see one order, on whatever wire
 * (CORE-S4b, BRIDGE-3), and a reply never overtakes what was published before it.
 */
export class Hub {
  readonly #connections = new Set<Connection>();
  #farewell: [code: number, reason: string] | undefined;

  /** How many connections and streams are open. */
  get size(): number {
    return this.#connections.size;
  }

  /** Delivers to this connection all that is published from now on. After {@link Hub.close} it is closed instead. */
  join(connection: Connection): void {
    if (this.#farewell) connection.close(...this.#farewell);
    else this.#connections.add(connection);
  }

  /** Delivers nothing more to this connection. Without effect if it has left already. */
  leave(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** Sends one message to every connection, in the order of the calls (CORE-S3a, CORE-S4a). */
  publish(message: Outgoing): void {
    for (const connection of this.#connections) connection.send(message);
  }

  /** Sends one message to one connection alone, after all that was published before. */
  reply(connection: Connection, message: Outgoing): void {
    connection.send(message);
  }

  /** Closes every connection, and from now on each that joins. They leave as their wires report them closed. */
  close(code: number, reason: string): void {
    this.#farewell = [code, reason];
    for (const connection of this.#connections) connection.close(code, reason);
  }
}
