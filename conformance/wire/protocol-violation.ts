/** Something that the subject sent and that RFC 6455 or RFC 9112 forbids; the message says what, and by which section. */
export class ProtocolViolation extends Error {
  override readonly name = "ProtocolViolation";
}
