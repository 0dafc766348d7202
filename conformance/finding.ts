/** What a case throws when the subject breaks a rule. Anything else that is thrown is a fault of the kit. */

/** What was seen, in the words of a report. */
export interface FindingDetails {
  /** What the rule asks for, here. */
  expected?: string;
  /** What came instead. */
  actual?: string;
  /** The mark of the message that it is about: reports show the lines that have it. */
  mark?: string;
  /** A connection was lost or refused: the subject may have died. */
  lostConnection?: boolean;
  /** It is about what the case presupposes, whatever it is judging: a message could not even be published. */
  presupposed?: boolean;
  /** What is missing had begun to come. */
  underWay?: boolean;
  /** The subject still got on, but the time of the case was over: alone it may be faster. */
  outOfTime?: boolean;
  /** Something came, but this many milliseconds after its time. */
  lateByMs?: number;
}

/** The subject did something that it must not, or did not do what it must. */
export class Finding extends Error {
  override readonly name = "Finding";
  readonly details: FindingDetails;

  /** Says in one line what was seen; the details go into the report beside it. */
  constructor(message: string, details: FindingDetails = {}) {
    super(message);
    this.details = details;
  }
}
