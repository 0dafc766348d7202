/** The failure of a command that its user can understand and mend. */

/** Thrown by a command to end with one line on stderr and an exit status, without a stack trace. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitStatus: number;

  /**
   * @param message - what went wrong and what to do, in one line
   * @param exitStatus - 1: it did not work out · 2: wrong usage · 3: the subject can't be reached or died · 4: the command itself failed
   */
  constructor(message: string, exitStatus: 1 | 2 | 3 | 4) {
    super(message);
    this.exitStatus = exitStatus;
  }
}
