/**
 * Marks tell whose a message is. A subject that broadcasts sends everything to everybody, also what other cases (and
 * other users) sent; so each message of a case carries a text that occurs nowhere else and survives most damage.
 */
import { randomBytes } from "node:crypto";

/** A message of a case: a JSON object that carries a mark. */
export interface Message {
  readonly mark: string;
  /** The JSON value that is sent. */
  readonly value: unknown;
  /** The text that is sent. */
  readonly text: string;
  /** What it is on a stream, where it is an event (chapter 2). */
  readonly event?: { readonly name: string; readonly data: unknown };
}

const MARK = /tdg[0-9a-f]{8}k[0-9]+n[0-9]+z/gi;

/** @returns the marks in a text, in lower case: also where the text escapes them. */
export function findMarks(text: string): string[] {
  const plain = text.match(MARK) ?? withoutEscapes(text).match(MARK) ?? [];
  return [...new Set(plain.map((mark) => mark.toLowerCase()))];
}

function withoutEscapes(text: string): string {
  return text.replace(/\\+u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** The part of a mark that all messages of one run share, as long as the run. */
export function newRunMark(): string {
  return `tdg${randomBytes(4).toString("hex")}`;
}

/** Makes the messages of one case. */
export class MessageMaker {
  /** What the marks of this case begin with. */
  readonly prefix: string;
  #count = 0;

  constructor(runMark: string, caseNumber: number) {
    this.prefix = `${runMark}k${caseNumber}n`;
  }

  /** @returns a message with the members given; its first member is the mark. */
  message(members: Record<string, unknown> = {}): Message {
    const mark = this.mark();
    const value = { mark, ...members };
    return { mark, value, text: JSON.stringify(value) };
  }

  /** @returns an event with the members given beside its own; the mark is the first member of its data. */
  event(name: string, data: Record<string, unknown> = {}, members: Record<string, unknown> = {}): Message {
    const mark = this.mark();
    const event = { name, data: { mark, ...data } };
    const value = { type: "event", event: name, data: event.data, ...members };
    return { mark, value, text: JSON.stringify(value), event };
  }

  /** @returns an event with any data; the mark is in its name. */
  eventOf(data: unknown): Message {
    const mark = this.mark();
    const name = `named ${mark}`;
    const value = { type: "event", event: name, data };
    return { mark, value, text: JSON.stringify(value), event: { name, data } };
  }

  /** @returns `count` messages, numbered from 1 in the member `number`. */
  messages(count: number, members: Record<string, unknown> = {}): Message[] {
    return Array.from({ length: count }, (_, index) => this.message({ number: index + 1, ...members }));
  }

  /**
   * @param write - writes the JSON text of a message around the mark that it is given.
   * @param event - where that is an event: what it is on a stream.
   * @returns a message with exactly that text.
   */
  written(write: (mark: string) => string, event?: (mark: string) => Message["event"]): Message {
    const mark = this.mark();
    const text = write(mark);
    const onStreams = event?.(mark);
    return { mark, value: JSON.parse(text), text, ...(onStreams && { event: onStreams }) };
  }

  /** @returns a mark alone, for what is no message. */
  mark(): string {
    this.#count++;
    return `${this.prefix}${this.#count}z`;
  }
}
