/** The failure of a benchmark for want of a server. */

/** Thrown if the server to measure cannot be started or reached, or does not answer a ping. */
export class TargetFailure extends Error {
  override readonly name = "TargetFailure";
}
