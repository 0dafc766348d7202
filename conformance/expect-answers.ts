/** What cases expect of the answers to a POST. */
import { Finding } from "./finding.ts";
import type { Answer, PublishRequest } from "./wire/publish-request.ts";

/** Checks that the answer to a POST says that the message is accepted. */
export function accepted(...answers: readonly Answer[]): void {
  for (const answer of answers) {
    if (!isRefusal(answer)) continue;
    const { name, text } = answer;
    throw new Finding(`${name} published a message, and it was not accepted`, {
      expected: "a status from 200 to 299",
      actual: text,
    });
  }
}

/** Checks that a POST whose body is not all sent is not answered as accepted. */
export function notAcceptedYet({ answer }: PublishRequest): void {
  if (answer === undefined || isRefusal(answer)) return;
  throw new Finding(`${answer.name} published a message, and it was accepted before its whole body was sent`, {
    expected: "no answer yet, or one that refuses it",
    actual: answer.text,
  });
}

/** @returns whether the answer to a long POST accepts the message; checks that it says 413 otherwise. */
export function acceptedOrTooLong(answer: Answer): boolean {
  if (!isRefusal(answer)) return true;
  refused(413, "a long message", answer);
  return false;
}

/** @returns whether the answer to a POST says that the message is not accepted. */
export function isRefusal({ status }: Answer): boolean {
  return status < 200 || status > 299;
}

/** Checks that the answer to a POST says that the message is refused, and why. */
export function refused(expected: 400 | 413, what: string, { name, status, text }: Answer): void {
  if (status === expected) return;
  throw new Finding(`${name} published ${what}, and it was not refused as it has to be`, {
    expected: `status ${expected}`,
    actual: text,
  });
}
