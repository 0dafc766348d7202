/** Faults after input that is no message: text that is not JSON, JSON that is no object, binary messages. */
import type { Fault } from "../faults.ts";
import { opcode } from "../frames.ts";
import { counter } from "../per-connection.ts";
import type { Connection, Override, Room, Steps } from "../steps.ts";

/** Where bad input arrives: the steps that call `react` when it does. */
type Trigger = (react: (sender: Connection, text: string) => void) => Partial<Steps>;

const badJson: Trigger = (react) => ({ onBadJson: react });

const emptyText: Trigger = (react) => ({
  onBadJson(sender, text) {
    if (text === "") react(sender, text);
  },
});

const nonObject =
  (test: (value: unknown) => boolean): Trigger =>
  (react) => ({
    onNonObject(sender, value, text) {
      if (test(value)) react(sender, text);
    },
  });

const binary: Trigger = (react) => ({ onBinary: (sender) => react(sender, "") });

const emptyBinary: Trigger = (react) => ({
  onBinary(sender, payload) {
    if (payload.length === 0) react(sender, "");
  },
});

type Reaction = (room: Room, sender: Connection, text: string) => void;

const on =
  (trigger: Trigger, react: Reaction): Override =>
  (_, room) =>
    trigger((sender, text) => react(room, sender, text));

/** From the bad input on, `broken` takes the place of what it names; it is given the sender of that input. */
const after =
  (trigger: Trigger, broken: (plain: Steps, culprits: ReadonlySet<Connection>) => Partial<Steps>): Override =>
  (plain) => {
    const culprits = new Set<Connection>();
    return { ...trigger((sender) => culprits.add(sender)), ...broken(plain, culprits) };
  };

const crash: Reaction = (room) => room.crash();

const stopAccepting: Reaction = (room) => room.stopAccepting();

const closeSender =
  (code: number): Reaction =>
  (room, sender) =>
    room.close(sender, code);

const closeEverybody: Reaction = (room) => {
  for (const connection of [...room.connections]) room.close(connection, 1011);
};

const closeOthers: Reaction = (room, sender) => {
  for (const connection of [...room.connections]) if (connection !== sender) room.close(connection, 1011);
};

const tellEverybody =
  (tell: (text: string) => string): Reaction =>
  (room, _, text) => {
    for (const connection of [...room.connections]) room.steps.sendText(connection, tell(text));
  };

const nothingIsDelivered = (plain: Steps, culprits: ReadonlySet<Connection>): Partial<Steps> => ({
  receivers: (message) => (culprits.size === 0 ? plain.receivers(message) : []),
});

const othersAreDeaf = (plain: Steps, culprits: ReadonlySet<Connection>): Partial<Steps> => ({
  onMessage(connection, message) {
    if (culprits.size === 0 || culprits.has(connection)) plain.onMessage(connection, message);
  },
});

const everybodyIsDeaf = (plain: Steps, culprits: ReadonlySet<Connection>): Partial<Steps> => ({
  onMessage(connection, message) {
    if (culprits.size === 0) plain.onMessage(connection, message);
  },
});

const allIsBinary = (plain: Steps, culprits: ReadonlySet<Connection>): Partial<Steps> => ({
  send: (receiver, message) =>
    plain.send(receiver, culprits.size === 0 ? message : { ...message, opcode: opcode.binary }),
});

const isNull = (value: unknown) => value === null;

export const badInputFaults = {
  // S5a: what is not JSON is not relayed
  "bad-json.relayed": {
    breaks: "CORE-S5a",
    description: "The text is relayed to everybody as it is.",
    steps: on(
      badJson,
      tellEverybody((text) => text),
    ),
  },
  "bad-json.relayed-to-others": {
    breaks: "CORE-S5a",
    description: "The text is relayed to everybody but its sender.",
    steps: on(badJson, (room, sender, text) => {
      for (const other of [...room.connections]) if (other !== sender) room.steps.sendText(other, text);
    }),
  },
  "bad-json.relayed-wrapped": {
    breaks: "CORE-S5a",
    description: 'The text is relayed to everybody as `{"type":"message","text":…}`.',
    steps: on(
      badJson,
      tellEverybody((text) => JSON.stringify({ type: "message", text })),
    ),
  },
  "bad-json.relayed-as-string": {
    breaks: "CORE-S5a",
    description: "The text is relayed to everybody as a JSON string.",
    steps: on(
      badJson,
      tellEverybody((text) => JSON.stringify(text)),
    ),
  },
  "bad-json.relayed-as-binary": {
    breaks: "CORE-S5a",
    description: "The text is relayed to everybody as a binary message.",
    steps: on(badJson, (room, _, text) => {
      const message = { opcode: opcode.binary, payload: Buffer.from(text) };
      for (const connection of [...room.connections]) room.steps.send(connection, message);
    }),
  },
  "bad-json.error-to-everybody": {
    breaks: "CORE-S5a",
    description: "An error that quotes the text is sent to everybody, not to its sender alone.",
    steps: on(
      badJson,
      tellEverybody((text) => JSON.stringify({ type: "error", message: `not JSON: ${text}` })),
    ),
  },

  // S5b: its sender stays, and is served
  "bad-json.closes-1003": {
    breaks: "CORE-S5b",
    description: "The sender is closed with 1003.",
    steps: on(badJson, closeSender(1003)),
  },
  "bad-json.closes-1007": {
    breaks: "CORE-S5b",
    description: "The sender is closed with 1007.",
    steps: on(badJson, closeSender(1007)),
  },
  "bad-json.closes-at-the-third": {
    breaks: "CORE-S5b",
    description: "The sender is closed at its third text that is not JSON.",
    steps: (_, room) => {
      const strikes = counter();
      return {
        onBadJson(sender) {
          if (strikes(sender) === 3) room.close(sender, 1008);
        },
      };
    },
  },
  "bad-json.cuts-tcp": {
    breaks: "CORE-S5b",
    description: "The sender's TCP connection is cut.",
    steps: on(badJson, (_, sender) => sender.socket.destroy()),
  },
  "bad-json.empty-text-closes": {
    breaks: "CORE-S5b",
    description: "An empty text message closes its sender.",
    steps: on(emptyText, closeSender(1007)),
  },
  "bad-json.deafens-sender": {
    breaks: "CORE-S5b",
    description: "The sender is neither heard nor sent anything any more; it stays open.",
    steps: after(badJson, (plain, culprits) => ({
      onMessage(connection, message) {
        if (!culprits.has(connection)) plain.onMessage(connection, message);
      },
      receivers: (message) => plain.receivers(message).filter((receiver) => !culprits.has(receiver)),
    })),
  },
  "bad-json.sender-gets-nothing": {
    breaks: "CORE-S5b",
    description: "The sender still gets pongs, and broadcasts no more.",
    steps: after(badJson, (plain, culprits) => ({
      receivers: (message) => plain.receivers(message).filter((receiver) => !culprits.has(receiver)),
    })),
  },
  "bad-json.sender-not-relayed": {
    breaks: "CORE-S5b",
    description: "What the sender publishes later is dropped.",
    steps: after(badJson, (plain, culprits) => ({
      onBroadcast(message) {
        if (!culprits.has(message.sender)) plain.onBroadcast(message);
      },
    })),
  },
  "bad-json.sender-pings-unanswered": {
    breaks: "CORE-S5b",
    description: "The sender's later pings are not answered.",
    steps: after(badJson, (plain, culprits) => ({
      onPing(ping) {
        if (!culprits.has(ping.sender)) plain.onPing(ping);
      },
    })),
  },
  "bad-json.eats-what-follows": {
    breaks: "CORE-S5b",
    description: "The text is kept as the beginning of a message, so what the sender sends later is not JSON either.",
    steps: (plain) => {
      const kept = new WeakMap<Connection, string>();
      return {
        onText: (sender, text) => plain.onText(sender, (kept.get(sender) ?? "") + text),
        onBadJson: (sender, text) => void kept.set(sender, text.trim() === "" ? "x" : text),
      };
    },
  },

  // S5c: everybody else is served
  "bad-json.crashes": {
    breaks: "CORE-S5c",
    description: "The server dies.",
    steps: on(badJson, crash),
  },
  "bad-json.closes-everybody": {
    breaks: "CORE-S5c",
    description: "Every connection is closed.",
    steps: on(badJson, closeEverybody),
  },
  "bad-json.closes-others": {
    breaks: "CORE-S5c",
    description: "Every connection but the sender's is closed.",
    steps: on(badJson, closeOthers),
  },
  "bad-json.stops-deliveries": {
    breaks: "CORE-S5c",
    description: "Nobody gets broadcasts any more; pings are answered.",
    steps: after(badJson, nothingIsDelivered),
  },
  "bad-json.deafens-others": {
    breaks: "CORE-S5c",
    description: "Nothing that the others send is handled any more.",
    steps: after(badJson, othersAreDeaf),
  },
  "bad-json.others-pings-unanswered": {
    breaks: "CORE-S5c",
    description: "The pings of the others are not answered any more; broadcasts are delivered.",
    steps: after(badJson, (plain, culprits) => ({
      onPing(ping) {
        if (culprits.size === 0 || culprits.has(ping.sender)) plain.onPing(ping);
      },
    })),
  },

  // S6a: JSON that is no object
  "non-object.null-crashes": {
    breaks: "CORE-S6a",
    description: "`null` kills the server: it reads `message.type`.",
    steps: on(nonObject(isNull), crash),
  },
  "non-object.null-stops-accepting": {
    breaks: "CORE-S6a",
    description: "After `null` no new connection is accepted; those there are served.",
    steps: on(nonObject(isNull), stopAccepting),
  },
  "non-object.string-crashes": {
    breaks: "CORE-S6a",
    description: "A string kills the server.",
    steps: on(
      nonObject((value) => typeof value === "string"),
      crash,
    ),
  },
  "non-object.number-closes-everybody": {
    breaks: "CORE-S6a",
    description: "A number closes every connection.",
    steps: on(
      nonObject((value) => typeof value === "number"),
      closeEverybody,
    ),
  },
  "non-object.array-deafens-everybody": {
    breaks: "CORE-S6a",
    description: "After an array nothing that anybody sends is handled; new connections are deaf too.",
    steps: after(nonObject(Array.isArray), everybodyIsDeaf),
  },
  "non-object.array-stops-accepting": {
    breaks: "CORE-S6a",
    description: "After an array no new connection is accepted; those there are served.",
    steps: on(nonObject(Array.isArray), stopAccepting),
  },
  "non-object.true-stops-deliveries": {
    breaks: "CORE-S6a",
    description: "After `true` nobody gets broadcasts any more; pings are answered.",
    steps: after(
      nonObject((value) => value === true),
      nothingIsDelivered,
    ),
  },
  "non-object.false-closes-others": {
    breaks: "CORE-S6a",
    description: "`false` closes every connection but its sender's.",
    steps: on(
      nonObject((value) => value === false),
      closeOthers,
    ),
  },

  // S6b: binary messages
  "binary.crashes": {
    breaks: "CORE-S6b",
    description: "A binary message kills the server.",
    steps: on(binary, crash),
  },
  "binary.empty-crashes": {
    breaks: "CORE-S6b",
    description: "An empty binary message kills the server.",
    steps: on(emptyBinary, crash),
  },
  "binary.closes-others": {
    breaks: "CORE-S6b",
    description: "A binary message closes every connection but its sender's.",
    steps: on(binary, closeOthers),
  },
  "binary.stops-accepting": {
    breaks: "CORE-S6b",
    description: "After a binary message no new connection is accepted; those there are served.",
    steps: on(binary, stopAccepting),
  },
  "binary.stops-deliveries": {
    breaks: "CORE-S6b",
    description: "After a binary message nobody gets broadcasts any more; pings are answered.",
    steps: after(binary, nothingIsDelivered),
  },
  "binary.deafens-others": {
    breaks: "CORE-S6b",
    description: "After a binary message nothing that the others send is handled.",
    steps: after(binary, othersAreDeaf),
  },
  "binary.makes-all-binary": {
    breaks: "CORE-S6b",
    description: "After a binary message everything is sent as binary messages, to everybody.",
    steps: after(binary, allIsBinary),
  },
} satisfies { readonly [name: string]: Fault };
