/** Something in what the user gave can't be used: said in one line, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
