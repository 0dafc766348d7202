/** Faults in publishing by POST: what is delivered of what was accepted, to whom, how often, and in what order. */
import { callsWithin, count } from "../calls.ts";
import type { Fault } from "../faults.ts";
import { isEvent, isObject, parse } from "../message-kinds.ts";
import type { Connection, JsonObject, Message, Override, Post } from "../steps.ts";
import { later } from "../timing.ts";
import { type Change, everyNumber, everyString, membersRenamed, withoutMembers } from "../value-changes.ts";

type Handler = (message: Message) => void;

/** Accepts what is published, and handles it in another way; `start` is told how it is delivered plainly. */
const handles =
  (start: (deliver: Handler) => Handler): Override =>
  (_, room) => {
    const handle = start((message) => room.steps.onBroadcast(message));
    return {
      onPublished(post, message) {
        handle(message);
        room.steps.answerPost(post, "202 Accepted");
      },
    };
  };

/** Accepts everything, and drops the messages for which the test is true. */
const drops = (start: () => (message: Message) => boolean): Override =>
  handles((deliver) => {
    const test = start();
    return (message) => {
      if (!test(message)) deliver(message);
    };
  });

const dropsIf = (test: (message: Message) => boolean): Override => drops(() => test);

/** Delivers another text than was published. */
const delivers = (change: (message: Message) => string): Override =>
  handles((deliver) => (message) => {
    const text = change(message);
    const value = parse(text);
    deliver({ ...message, text, value: isObject(value) ? value : {} });
  });

const deliversValue = (change: Change): Override => delivers(({ value }) => JSON.stringify(change(value)));

/** Delivers what was published later, by the milliseconds that `start`'s function tells. */
const delays = (start: () => (message: Message) => number): Override =>
  handles((deliver) => {
    const delay = start();
    return (message) => {
      const ms = delay(message);
      if (ms === 0) deliver(message);
      else later(ms, () => deliver(message));
    };
  });

/** A server without streams delivers what was posted to the connections picked. */
const reaches =
  (pick: (receivers: readonly Connection[]) => readonly Connection[]): Override =>
  (plain) => ({
    receivers: (message) => (message.post === undefined ? plain.receivers(message) : pick(plain.receivers(message))),
  });

/** Whether it was told the same value before. */
const seenBefore = (): ((value: unknown) => boolean) => {
  const seen = new Set<unknown>();
  return (value) => {
    const again = seen.has(value);
    seen.add(value);
    return again;
  };
};

export const publishedFaults = {
  // PUB-1b: what is accepted, once to all
  "publish.drops-beyond-20-in-a-second": {
    breaks: "PUB-1b",
    description: "What is published beyond 20 messages in a second is accepted and dropped.",
    steps: drops(() => {
      const inASecond = callsWithin(1000);
      return () => inASecond() > 20;
    }),
  },
  "publish.drops-in-a-burst": {
    breaks: "PUB-1b",
    description: "Of the messages that come within 20 ms those after the 10th are accepted and dropped.",
    steps: drops(() => {
      const inABurst = callsWithin(20);
      return () => inABurst() > 10;
    }),
  },
  "publish.drops-beside-another": {
    breaks: "PUB-1b",
    description: "What is posted while another request is under way is accepted and dropped.",
    steps: (plain, room) => {
      const underWay = new Set<Post>();
      return {
        onPost(post) {
          underWay.add(post);
          plain.onPost(post);
        },
        onPublished(post, message) {
          if (underWay.size === 1) plain.onPublished(post, message);
          else room.steps.answerPost(post, "202 Accepted");
        },
        answerPost(post, status) {
          underWay.delete(post);
          plain.answerPost(post, status);
        },
        onAborted(post, how) {
          underWay.delete(post);
          plain.onAborted(post, how);
        },
      };
    },
  },
  "publish.drops-repeated-text": {
    breaks: "PUB-1b",
    description: "A message with the same text as an earlier one is accepted and dropped.",
    steps: drops(() => {
      const repeated = seenBefore();
      return ({ text }) => repeated(text);
    }),
  },
  "publish.drops-repeated-id": {
    breaks: "PUB-1b",
    description: "A message whose member `id` was seen before is accepted and dropped.",
    steps: drops(() => {
      const repeated = seenBefore();
      return ({ value: { id } }) => id !== undefined && repeated(id);
    }),
  },
  "publish.drops-long": {
    breaks: "PUB-1b",
    description: "A message of more than 49 152 bytes is accepted and dropped.",
    steps: dropsIf(({ text }) => Buffer.byteLength(text) > 49_152),
  },
  "publish.drops-half-an-event": {
    breaks: "PUB-1b",
    description: "An object of type `event` that is no event is accepted and dropped.",
    steps: dropsIf(({ value }) => value.type === "event" && !isEvent(value)),
  },
  "publish.keeps-latest-of-10-ms": {
    breaks: "PUB-1b",
    description: "Of the messages that are published within 10 ms only the latest is delivered.",
    steps: handles((deliver) => {
      let latest: Message | undefined;
      return (message) => {
        latest = message;
        later(10, () => {
          if (latest === message) deliver(message);
        });
      };
    }),
  },
  "publish.one-stream-after-the-other": {
    breaks: "PUB-1b",
    description: "A message goes to one stream only, the next message to the next stream.",
    steps: (plain) => {
      const turn = count();
      return {
        subscribers(message) {
          const streams = plain.subscribers(message);
          const at = turn() % streams.length;
          return streams.slice(at, at + 1);
        },
      };
    },
  },
  "publish.doubles-every-7th": {
    breaks: "PUB-1b",
    description: "Every 7th message is delivered twice.",
    steps: handles((deliver) => {
      const messages = count();
      return (message) => {
        deliver(message);
        if (messages() % 7 === 0) deliver(message);
      };
    }),
  },
  "publish.doubles-events": {
    breaks: "PUB-1b",
    description: "An event is delivered twice: under its name, and once more as a plain message.",
    steps: (plain, room) => ({
      deliverOnStream(stream, message) {
        plain.deliverOnStream(stream, message);
        if (isEvent(message.value)) room.steps.sendEvent(stream, { data: message.text });
      },
    }),
  },
  "publish.doubles-20-ms-later": {
    breaks: "PUB-1b",
    description: "Each message is delivered again 20 ms later.",
    steps: handles((deliver) => (message) => {
      deliver(message);
      later(20, () => deliver(message));
    }),
  },
  "publish.cancelled-with-the-request": {
    breaks: "PUB-1b",
    description: "A message is delivered 10 ms later, and not at all if its request's TCP connection is gone by then.",
    steps: handles((deliver) => (message) => {
      later(10, () => {
        if (message.sender.state === "opening") deliver(message);
      });
    }),
  },
  "publish.nothing-to-streams": {
    breaks: "PUB-1b",
    description: "What was posted is delivered on WebSockets, and on no stream.",
    steps: (plain) => ({ subscribers: (message) => (message.post === undefined ? plain.subscribers(message) : []) }),
  },
  "publish.nothing-to-connections": {
    breaks: "PUB-1b",
    description: "A server without streams accepts messages, and delivers them to no connection.",
    claims: ["core-ws", "publish"],
    steps: reaches(() => []),
  },
  "publish.oldest-connection-alone": {
    breaks: "PUB-1b",
    description: "A server without streams delivers what was posted to the connection that joined first, and no other.",
    claims: ["core-ws", "publish"],
    steps: reaches((receivers) => receivers.slice(0, 1)),
  },
  "publish.newest-connection-alone": {
    breaks: "PUB-1b",
    description: "A server without streams delivers what was posted to the connection that joined last, and no other.",
    claims: ["core-ws", "publish"],
    steps: reaches((receivers) => receivers.slice(-1)),
  },
  "publish.newest-connection-left-out": {
    breaks: "PUB-1b",
    description: "A server without streams delivers what was posted to all connections but the one that joined last.",
    claims: ["core-ws", "publish"],
    steps: reaches((receivers) => receivers.slice(0, -1)),
  },
  "publish.doubles-on-oldest-connection": {
    breaks: "PUB-1b",
    description: "A server without streams delivers what was posted twice to the connection that joined first.",
    claims: ["core-ws", "publish"],
    steps: reaches((receivers) => [...receivers.slice(0, 1), ...receivers]),
  },

  // PUB-1c: the value that was published
  "publish.latin1": {
    breaks: "PUB-1c",
    description: "The body is read as Latin-1, so that characters beyond ASCII are mangled.",
    steps: (plain) => ({ onBody: (post, body) => plain.onBody(post, Buffer.from(body.toString("latin1"))) }),
  },
  "publish.question-marks-beyond-latin1": {
    breaks: "PUB-1c",
    description: "Characters beyond Latin-1 become question marks.",
    steps: deliversValue(everyString((text) => text.replace(/[^\0-\u00ff]/g, "?"))),
  },
  "publish.decodes-as-a-form": {
    breaks: "PUB-1c",
    description: "Strings are decoded as those of a form are: `%20` becomes a space, and so does `+`.",
    steps: deliversValue(everyString((text) => text.replaceAll("+", " ").replaceAll("%20", " "))),
  },
  "publish.escapes-html": {
    breaks: "PUB-1c",
    description: "`<`, `>` and `&` in strings are escaped as in HTML.",
    steps: deliversValue(
      everyString((text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")),
    ),
  },
  "publish.trims-strings": {
    breaks: "PUB-1c",
    description: "White space around strings is removed.",
    steps: deliversValue(everyString((text) => text.trim())),
  },
  "publish.loses-control-characters": {
    breaks: "PUB-1c",
    description: "Control characters in strings are removed, line feeds too.",
    steps: deliversValue(everyString((text) => [...text].filter((character) => character >= " ").join(""))),
  },
  "publish.cuts-strings-at-8192": {
    breaks: "PUB-1c",
    description: "Strings are cut to 8192 characters.",
    steps: deliversValue(everyString((text) => text.slice(0, 8192))),
  },
  "publish.cuts-text-at-8192": {
    breaks: "PUB-1c",
    description: "What is delivered is cut after 8192 bytes, so that it is no longer JSON.",
    steps: delivers(({ text }) => Buffer.from(text).toString("utf8", 0, 8192)),
  },
  "publish.lower-case-names": {
    breaks: "PUB-1c",
    description: "Names of members are turned to lower case.",
    steps: deliversValue(membersRenamed((name) => name.toLowerCase())),
  },
  "publish.drops-nulls": {
    breaks: "PUB-1c",
    description: "Members that are null are dropped.",
    steps: deliversValue(withoutMembers((_, value) => value === null)),
  },
  "publish.drops-type": {
    breaks: "PUB-1c",
    description: "The member `type` of a broadcast is dropped.",
    steps: deliversValue((value) => {
      const { type: _, ...rest } = value as JsonObject;
      return isEvent(value as JsonObject) ? value : rest;
    }),
  },
  "publish.numbers-to-float32": {
    breaks: "PUB-1c",
    description: "Numbers are kept as 32-bit floats.",
    steps: deliversValue(everyNumber(Math.fround)),
  },
  "publish.numbers-rounded-to-15-digits": {
    breaks: "PUB-1c",
    description: "Numbers are written with 15 significant digits, though a double needs 17.",
    steps: deliversValue(everyNumber((number) => Number(number.toPrecision(15)))),
  },
  "publish.large-numbers-to-strings": {
    breaks: "PUB-1c",
    description: "Whole numbers beyond 2^53 become strings.",
    steps: deliversValue(
      everyNumber((number) => (Number.isInteger(number) && !Number.isSafeInteger(number) ? String(number) : number)),
    ),
  },
  "publish.wrapped": {
    breaks: "PUB-1c",
    description: 'A message is delivered as `{"type":"message","data":…}`.',
    steps: deliversValue((data) => ({ type: "message", data })),
  },
  "publish.wrapped-in-array": {
    breaks: "PUB-1c",
    description: "A message is delivered as an array of one.",
    steps: deliversValue((value) => [value]),
  },
  "publish.encoded-twice": {
    breaks: "PUB-1c",
    description: "A message is delivered as a JSON string that contains it.",
    steps: delivers(({ text }) => JSON.stringify(text)),
  },
  "publish.adds-timestamp": {
    breaks: "PUB-1c",
    description: "A member `timestamp` is added.",
    steps: deliversValue((value) => ({ ...(value as JsonObject), timestamp: Date.now() })),
  },
  "publish.adds-id": {
    breaks: "PUB-1c",
    description: "An object without an `id` gets one.",
    steps: deliversValue((value) => ({ id: "1", ...(value as JsonObject) })),
  },
  "publish.broadcasts-by-type": {
    breaks: "PUB-1c",
    description: "A broadcast whose type is a string is sent on streams as an event of that name.",
    steps: (plain) => ({
      eventFor(message, stream) {
        const { type } = message.value;
        const event = plain.eventFor(message, stream);
        return typeof type === "string" && type !== "" && event.name === undefined ? { ...event, name: type } : event;
      },
    }),
  },

  // PUB-1e: the order of publishing
  "publish.long-ones-later": {
    breaks: "PUB-1e",
    description: "Messages of more than 1000 bytes are delivered 20 ms late.",
    steps: delays(
      () =>
        ({ text }) =>
          text.length > 1000 ? 20 : 0,
    ),
  },
  "publish.two-workers": {
    breaks: "PUB-1e",
    description: "Messages are delivered by turns by two workers, one of which takes 15 ms longer.",
    steps: delays(() => {
      const messages = count();
      return () => (messages() % 2) * 15;
    }),
  },
  "publish.swaps-neighbours": {
    breaks: "PUB-1e",
    description: "A message waits for 20 ms; if another one comes in that time, it goes first.",
    steps: handles((deliver) => {
      let held: Message | undefined;
      return (message) => {
        const earlier = held;
        held = earlier === undefined ? message : undefined;
        if (earlier !== undefined) for (const one of [message, earlier]) deliver(one);
        later(20, () => {
          if (held !== message) return;
          held = undefined;
          deliver(message);
        });
      };
    }),
  },
  "publish.newest-of-a-batch-first": {
    breaks: "PUB-1e",
    description: "The messages of 30 ms are delivered together, the newest first.",
    steps: handles((deliver) => {
      let batch: Message[] = [];
      return (message) => {
        batch.unshift(message);
        if (batch.length > 1) return;
        later(30, () => {
          for (const one of batch) deliver(one);
          batch = [];
        });
      };
    }),
  },
} satisfies { readonly [name: string]: Fault };
