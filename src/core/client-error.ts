/** What a client shows when something went wrong. */

/**
 * What went wrong, for programs:
 * - `attempt-failed`: an attempt did not lead to a connection or a stream (CORE-C1b);
 * - `stopped`: the server ended it in a way that another attempt does not mend (RECON-7c);
 * - `gave-up`: as many attempts in a row have failed as `maxAttempts` allows (RECON-4b);
 * - `bad-message`: what came is not JSON, and is not shown;
 * - `queue-overflow`: a message was not kept, as the queue is full (QUEUE-2d);
 * - `publish-failed`: the server did not accept a message by `POST`;
 * - `iterator-overflow`: a loop over the messages is too slow, and misses some.
 */
export type ClientErrorCode =
  | "attempt-failed"
  | "stopped"
  | "gave-up"
  | "bad-message"
  | "queue-overflow"
  | "publish-failed"
  | "iterator-overflow";

/** What went wrong: `code` for programs, `message` for people. It is shown, never thrown. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /** What went wrong, for programs. */
  readonly code: ClientErrorCode;

  /** Made by a client. */
  constructor(code: ClientErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
