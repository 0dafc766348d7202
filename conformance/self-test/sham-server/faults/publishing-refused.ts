/** Faults in refusing what was posted: with what status, that nothing is delivered of it, and what comes after. */
import type { Fault } from "../faults.ts";
import { isObject, parse } from "../message-kinds.ts";
import type { Message, Override, Post, Room } from "../steps.ts";
import { later } from "../timing.ts";

/** Answers a body that is not JSON, if the test is true of it, with another status. */
const badJson =
  (answer: (post: Post, room: Room) => void, test: (text: string) => boolean = () => true): Override =>
  (plain, room) => ({
    onBadJsonBody(post, text) {
      if (test(text)) answer(post, room);
      else plain.onBadJsonBody(post, text);
    },
  });

/** Answers JSON that is not an object, if the test is true of it, in another way. */
const nonObject =
  (answer: (post: Post, room: Room, text: string) => void, test: (value: unknown) => boolean = () => true): Override =>
  (plain, room) => ({
    onNonObjectBody(post, value, text) {
      if (test(value)) answer(post, room, text);
      else plain.onNonObjectBody(post, value, text);
    },
  });

/** Answers an object of a reserved type, if the test is true of it, in another way. */
const reserved =
  (answer: (post: Post, room: Room, message: Message) => void, test: (message: Message) => boolean): Override =>
  (plain, room) => ({
    onReservedBody(post, message) {
      if (test(message)) answer(post, room, message);
      else plain.onReservedBody(post, message);
    },
  });

const tooLong =
  (answer: (post: Post, room: Room) => void): Override =>
  (_, room) => ({
    onTooLong(post) {
      post.unwanted = true;
      answer(post, room);
    },
  });

/** Does something when a request is refused, before it is answered, or has ended before its body did. */
const onRefusal =
  (action: (room: Room, post: Post, status: string) => void): Override =>
  (plain, room) => ({
    answerPost(post, status) {
      if (!status.startsWith("2")) action(room, post, status);
      plain.answerPost(post, status);
    },
  });

const onAbort =
  (action: (room: Room, post: Post) => void): Override =>
  (plain, room) => ({
    onAborted(post, how) {
      plain.onAborted(post, how);
      action(room, post);
    },
  });

const withStatus = (status: string) => (post: Post, room: Room) => room.steps.answerPost(post, status);
const withNothing = () => {};
const withReset = ({ connection }: Post) => void connection.socket.resetAndDestroy();

/** Sends a text on every stream, as the data of an event without a name. */
const show = (room: Room, text: string) => {
  for (const stream of room.streams) room.steps.sendEvent(stream, { data: text });
};

const endStreams = (room: Room) => {
  for (const stream of [...room.streams]) room.end(stream);
};

const isPing = ({ value }: Message) => value.type === "ping";

export const refusingFaults = {
  // PUB-1f: what is not JSON gets 400
  "publish-refused.bad-json-500": {
    breaks: "PUB-1f",
    description: "A body that is not JSON is answered with 500.",
    steps: badJson(withStatus("500 Internal Server Error")),
  },
  "publish-refused.bad-json-422": {
    breaks: "PUB-1f",
    description: "A body that is not JSON is answered with 422.",
    steps: badJson(withStatus("422 Unprocessable Content")),
  },
  "publish-refused.bad-json-accepted": {
    breaks: "PUB-1f",
    description: "A body that is not JSON is answered with 200, and forgotten.",
    steps: badJson(withStatus("200 OK")),
  },
  "publish-refused.bad-json-unanswered": {
    breaks: "PUB-1f",
    description: "A body that is not JSON is never answered.",
    steps: badJson(withNothing),
  },
  "publish-refused.bad-json-resets": {
    breaks: "PUB-1f",
    description: "A body that is not JSON has the TCP connection reset.",
    steps: badJson(withReset),
  },
  "publish-refused.plain-text-accepted": {
    breaks: "PUB-1f",
    description: "A body that does not begin as JSON does is taken for a text, accepted and delivered as a string.",
    steps: (plain, room) => ({
      onBadJsonBody(post, text) {
        if (/^\s*["[{]/.test(text)) return plain.onBadJsonBody(post, text);
        show(room, JSON.stringify(text));
        room.steps.answerPost(post, "202 Accepted");
      },
    }),
  },
  "publish-refused.half-json-mended": {
    breaks: "PUB-1f",
    description: "JSON that ends too early is completed, accepted and delivered.",
    steps: (plain, room) => ({
      onBadJsonBody(post, text) {
        const mended = ["}", '"}', "]"].map((end) => text + end).find((whole) => parse(whole) !== undefined);
        if (mended === undefined) plain.onBadJsonBody(post, text);
        else room.steps.onBody(post, Buffer.from(mended));
      },
    }),
  },
  "publish-refused.empty-204": {
    breaks: "PUB-1f",
    description: "An empty body is answered with 204.",
    steps: badJson(withStatus("204 No Content"), (text) => text === ""),
  },
  "publish-refused.empty-411": {
    breaks: "PUB-1f",
    description: "An empty body is answered with 411, though its length was told.",
    steps: badJson(withStatus("411 Length Required"), (text) => text === ""),
  },
  "publish-refused.empty-unanswered": {
    breaks: "PUB-1f",
    description: "An empty body is never answered: its first byte is waited for.",
    steps: badJson(withNothing, (text) => text === ""),
  },

  // PUB-1g: what is not an object gets 400
  "publish-refused.null-500": {
    breaks: "PUB-1g",
    description: "`null` is answered with 500: its `type` was read without looking.",
    steps: nonObject(withStatus("500 Internal Server Error"), (value) => value === null),
  },
  "publish-refused.null-accepted": {
    breaks: "PUB-1g",
    description: "`null` is answered with 204: there is nothing in it.",
    steps: nonObject(withStatus("204 No Content"), (value) => value === null),
  },
  "publish-refused.numbers-accepted": {
    breaks: "PUB-1g",
    description: "Numbers, `true` and `false` are answered with 200.",
    steps: nonObject(withStatus("200 OK"), (value) => ["number", "boolean"].includes(typeof value)),
  },
  "publish-refused.strings-delivered": {
    breaks: "PUB-1g",
    description: "A string is accepted and delivered.",
    steps: nonObject(
      (post, room, text) => {
        show(room, text);
        room.steps.answerPost(post, "202 Accepted");
      },
      (value) => typeof value === "string",
    ),
  },
  "publish-refused.arrays-as-batches": {
    breaks: "PUB-1g",
    description: "The objects in an array are accepted and delivered, each for itself.",
    steps: (plain, room) => ({
      onNonObjectBody(post, value, text) {
        if (!Array.isArray(value)) return plain.onNonObjectBody(post, value, text);
        for (const one of value.filter(isObject)) {
          room.steps.onBroadcast({ sender: post.connection, text: JSON.stringify(one), value: one, post });
        }
        room.steps.answerPost(post, "202 Accepted");
      },
    }),
  },
  "publish-refused.arrays-are-objects": {
    breaks: "PUB-1g",
    description: "`typeof []` is `object`, so an array is accepted and delivered.",
    steps: nonObject(
      (post, room, text) => {
        show(room, text);
        room.steps.answerPost(post, "202 Accepted");
      },
      (value) => Array.isArray(value),
    ),
  },
  "publish-refused.non-objects-422": {
    breaks: "PUB-1g",
    description: "JSON that is not an object is answered with 422.",
    steps: nonObject(withStatus("422 Unprocessable Content")),
  },

  // PUB-1h: reserved types get 400
  "publish-refused.pings-answered": {
    breaks: "PUB-1h",
    description: "A ping is answered with 200.",
    steps: reserved(withStatus("200 OK"), isPing),
  },
  "publish-refused.pings-delivered": {
    breaks: "PUB-1h",
    description: "A ping is accepted and delivered.",
    steps: reserved((post, room, message) => room.steps.onPublished(post, message), isPing),
  },
  "publish-refused.pongs-accepted": {
    breaks: "PUB-1h",
    description: "A pong is accepted and delivered.",
    steps: reserved(
      (post, room, message) => room.steps.onPublished(post, message),
      ({ value }) => value.type === "pong",
    ),
  },
  "publish-refused.rt-accepted": {
    breaks: "PUB-1h",
    description: "Objects of a type that begins with `rt:` are accepted and delivered.",
    steps: reserved(
      (post, room, message) => room.steps.onPublished(post, message),
      ({ value }) => String(value.type).startsWith("rt:"),
    ),
  },
  "publish-refused.rt-403": {
    breaks: "PUB-1h",
    description: "Objects of a type that begins with `rt:` are answered with 403.",
    steps: reserved(withStatus("403 Forbidden"), ({ value }) => String(value.type).startsWith("rt:")),
  },
  "publish-refused.bare-rt-accepted": {
    breaks: "PUB-1h",
    description: "The type `rt:`, with nothing behind it, is accepted and delivered.",
    steps: reserved(
      (post, room, message) => room.steps.onPublished(post, message),
      ({ value }) => value.type === "rt:",
    ),
  },
  "publish-refused.pings-in-escapes-accepted": {
    breaks: "PUB-1h",
    description: 'Only what has `"type":"ping"` in its text is taken for a ping; in another spelling it is accepted.',
    steps: reserved(
      (post, room, message) => room.steps.onPublished(post, message),
      (message) => isPing(message) && !message.text.includes('"type":"ping"'),
    ),
  },

  // PUB-1i: what is too long gets 413
  "publish-refused.too-long-400": {
    breaks: "PUB-1i",
    description: "A body of more than 1 MiB is answered with 400.",
    steps: tooLong(withStatus("400 Bad Request")),
  },
  "publish-refused.too-long-500": {
    breaks: "PUB-1i",
    description: "A body of more than 1 MiB is answered with 500.",
    steps: tooLong(withStatus("500 Internal Server Error")),
  },
  "publish-refused.too-long-resets": {
    breaks: "PUB-1i",
    description: "A body of more than 1 MiB has the TCP connection reset.",
    steps: tooLong(withReset),
  },
  "publish-refused.too-long-unanswered": {
    breaks: "PUB-1i",
    description: "A body of more than 1 MiB is never answered.",
    steps: tooLong(withNothing),
  },
  "publish-refused.too-long-cut": {
    breaks: "PUB-1i",
    description: "A body is read up to 1 MiB, and answered with 400 because it is not JSON then.",
    steps: (plain, room) => ({
      isTooLong: () => false,
      onBodyBytes(post) {
        if (post.complete || post.connection.unread.length <= 2 ** 20) return plain.onBodyBytes(post);
        post.unwanted = true;
        room.steps.onBody(post, post.connection.unread.subarray(0, 2 ** 20));
      },
    }),
  },

  // PUB-1j: what is refused reaches nobody
  "publish-refused.non-objects-delivered": {
    breaks: "PUB-1j",
    description: "JSON that is not an object is refused, and delivered all the same.",
    steps: (plain, room) => ({
      onNonObjectBody(post, value, text) {
        show(room, text);
        plain.onNonObjectBody(post, value, text);
      },
    }),
  },
  "publish-refused.bad-json-delivered": {
    breaks: "PUB-1j",
    description: "A body that is not JSON is refused, and sent on every stream in a JSON string.",
    steps: (plain, room) => ({
      onBadJsonBody(post, text) {
        show(room, JSON.stringify(text));
        plain.onBadJsonBody(post, text);
      },
    }),
  },
  "publish-refused.reserved-delivered": {
    breaks: "PUB-1j",
    description: "An object of a reserved type is refused after it was delivered.",
    steps: (plain, room) => ({
      onReservedBody(post, message) {
        room.steps.onBroadcast(message);
        plain.onReservedBody(post, message);
      },
    }),
  },
  "publish-refused.errors-told-to-all": {
    breaks: "PUB-1j",
    description: "What was wrong with a body is told on every stream, in an event `error` that quotes it.",
    steps: (plain, room) => ({
      onBadJsonBody(post, text) {
        for (const stream of room.streams) {
          room.steps.sendEvent(stream, { name: "error", data: JSON.stringify({ message: `Not JSON: ${text}` }) });
        }
        plain.onBadJsonBody(post, text);
      },
    }),
  },
  "publish-refused.delivered-late": {
    breaks: "PUB-1j",
    description: "What was refused is delivered 200 ms later, in a JSON string.",
    steps: (plain, room) => ({
      onBadJsonBody(post, text) {
        later(200, () => show(room, JSON.stringify(text)));
        plain.onBadJsonBody(post, text);
      },
    }),
  },
  "publish-refused.too-long-delivered": {
    breaks: "PUB-1j",
    description: "A body of more than 1 MiB is delivered when it has come, and then answered with 413.",
    steps: (plain, room) => ({
      isTooLong: () => false,
      onPublished(post, message) {
        if (post.length <= 2 ** 20) return plain.onPublished(post, message);
        room.steps.onBroadcast(message);
        room.steps.answerPost(post, "413 Content Too Large");
      },
    }),
  },
  "publish-refused.unfinished-delivered": {
    breaks: "PUB-1j",
    description: "A request that ends before its body did is delivered as far as it came, in a JSON string.",
    steps: onAbort((room, { connection }) => {
      if (connection.unread.length > 0) show(room, JSON.stringify(connection.unread.toString()));
    }),
  },

  // PUB-1k: everybody is served after it
  "publish-refused.bad-json-crashes": {
    breaks: "PUB-1k",
    description: "A body that is not JSON ends the process.",
    steps: badJson((_, room) => room.crash()),
  },
  "publish-refused.null-crashes": {
    breaks: "PUB-1k",
    description: "`null` ends the process.",
    steps: nonObject(
      (_, room) => room.crash(),
      (value) => value === null,
    ),
  },
  "publish-refused.far-too-long-crashes": {
    breaks: "PUB-1k",
    description: "A body of more than 4 MiB is answered with 413, and ends the process.",
    steps: (plain, room) => ({
      onTooLong(post) {
        plain.onTooLong(post);
        if (post.length > 2 ** 22) later(0, () => room.crash());
      },
    }),
  },
  "publish-refused.unfinished-crashes": {
    breaks: "PUB-1k",
    description: "A request that ends before its body did ends the process.",
    steps: onAbort((room) => room.crash()),
  },
  "publish-refused.lock-kept": {
    breaks: "PUB-1k",
    description:
      "A lock is taken for each message, and not given back when it is refused: later ones are not answered.",
    steps: (plain) => {
      let locked = false;
      return {
        onBody(post, body) {
          if (locked) return;
          locked = true;
          plain.onBody(post, body);
        },
        onPublished(post, message) {
          plain.onPublished(post, message);
          locked = false;
        },
      };
    },
  },
  "publish-refused.drops-what-follows": {
    breaks: "PUB-1k",
    description: "After a body that is not JSON, messages are accepted and dropped.",
    steps: (plain, room) => {
      let stuck = false;
      return {
        onBadJsonBody(post, text) {
          stuck = true;
          plain.onBadJsonBody(post, text);
        },
        onPublished(post, message) {
          if (stuck) room.steps.answerPost(post, "202 Accepted");
          else plain.onPublished(post, message);
        },
      };
    },
  },
  "publish-refused.ends-streams": {
    breaks: "PUB-1k",
    description: "When a request is refused, every stream is ended.",
    steps: onRefusal(endStreams),
  },
  "publish-refused.unfinished-ends-streams": {
    breaks: "PUB-1k",
    description: "When a request ends before its body did, every stream is ended.",
    steps: onAbort(endStreams),
  },
  "publish-refused.forgets-streams": {
    breaks: "PUB-1k",
    description: "When a request is refused, every stream is taken off the books; it stays open.",
    steps: onRefusal(({ streams }) => {
      streams.splice(0);
    }),
  },
  "publish-refused.unfinished-forgets-streams": {
    breaks: "PUB-1k",
    description: "When a request ends before its body did, every stream is taken off the books; it stays open.",
    steps: onAbort(({ streams }) => {
      streams.splice(0);
    }),
  },
} satisfies { readonly [name: string]: Fault };
