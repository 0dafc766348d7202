/** Cases on frames: CORE-C13. */
import { clientCase } from "../../client-case.ts";
import {
  cameUnchanged,
  freshMasks,
  pongsCame,
  properClose,
  properFrames,
  shownOnce,
  shownUnchanged,
} from "../../expect-client.ts";
import { encodeFrame, Opcode } from "../../wire/websocket-frames.ts";

const NOTHING = Buffer.alloc(0);

export const frames = clientCase({
  id: "client-wire/frames",
  title: "sends frames as clients have to: masked, whole, of any length",
  covers: ["CORE-C13a"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open({ heartbeatIntervalMs: 500 });
    const connection = await client.connection();
    const all = [1, 100, 200, 50_000].map((length) => message({ filler: "x".repeat(length) }));

    judging("CORE-C13a");
    await client.sendAll(all);
    await connection.arrive(...all);
    cameUnchanged(connection, all);
    freshMasks(connection);
    connection.sendFrame(Opcode.ping, Buffer.from("a payload of some length"));
    await connection.until(() => connection.controlPongs.length > 0, "answer a Ping frame");
    await client.close();
    await connection.givenUp("end the connection");
    properFrames(connection);
  },
});

export const compressed = clientCase({
  id: "client-wire/compressed",
  title: "sends what it was agreed on, where it offers to compress",
  covers: ["CORE-C13a"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open();
    const attempt = await client.attempt();
    const connection = attempt.accept({ deflate: true });
    await client.shows("open");
    const all = [message({ text: "short" }), message({ filler: "long ".repeat(2_000) })];

    judging("CORE-C13a");
    await client.sendAll(all);
    await connection.arrive(...all);
    properFrames(connection);
  },
});

export const fragments = clientCase({
  id: "client-wire/fragments",
  title: "joins fragments, with control frames between them",
  covers: ["CORE-C13b"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open();
    const connection = await client.connection();
    const all = [
      message({ text: "in fragments, Grüße 世界" }),
      message({ text: "byte by byte 🎉" }),
      message({ text: "with empty ones" }),
    ];
    const [first = NOTHING, second = NOTHING, third = NOTHING] = all.map(({ text }) => Buffer.from(text));
    const after = message({ text: "whole" });

    judging("CORE-C13b");
    connection.sendFragments(first, [5, 30, 41], [Opcode.ping, Opcode.pong]);
    connection.sendFragments(second, [...second.keys()].slice(1), []);
    connection.sendFragments(third, [0, 10, 10, 10], [Opcode.ping]);
    connection.send(after);
    await client.showsAll([...all, after]);
    shownOnce(client, [...all, after]);
    shownUnchanged(client, [...all, after]);
  },
});

export const pieces = clientCase({
  id: "client-wire/pieces",
  title: "reads frames however TCP delivers them",
  covers: ["CORE-C13c"],
  transport: "ws",
  async run({ open, judging, message, messages }) {
    const client = await open();
    const connection = await client.connection();
    const slow = message({ text: "in many pieces", filler: "x".repeat(300) });
    const frame = encodeFrame(Opcode.text, Buffer.from(slow.text), { mask: false });
    const many = messages(30);

    judging("CORE-C13c");
    await connection.sendInPieces(frame, [1, 2, 3, 4, 5, 6, 100]);
    connection.sendAtOnce(...many);
    await client.showsAll([slow, ...many]);
    shownOnce(client, [slow, ...many]);
  },
});

export const behindTheAnswer = clientCase({
  id: "client-wire/behind-the-answer",
  title: "shows what comes right behind the answer to its handshake",
  covers: ["CORE-C13c"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open();
    const attempt = await client.attempt();
    const first = message({ text: "together with the 101" });
    const second = message({ text: "and right after it" });

    judging("CORE-C13c");
    const connection = attempt.accept({ behind: encodeFrame(Opcode.text, Buffer.from(first.text), { mask: false }) });
    await client.showsAll([first]);
    connection.send(second);
    await client.showsAll([second]);
  },
});

export const closeAnswered = clientCase({
  id: "client-wire/close-answered",
  title: "answers a Close frame with a valid one",
  covers: ["CORE-C13d"],
  transport: "ws",
  async run({ openMany, judging }) {
    const clients = await openMany(3);
    const connections = await Promise.all(clients.map((client) => client.connection()));
    const [plain, reasoned, empty] = connections;

    judging("CORE-C13d");
    plain?.close(1001);
    reasoned?.close(1012, "the server restarts");
    empty?.close();
    for (const connection of connections) {
      await connection.givenUp("answer the Close frame");
      properClose(connection);
    }
  },
});

export const pingsAnswered = clientCase({
  id: "client-wire/pings-answered",
  title: "answers control frames of type Ping with the same payload",
  covers: ["CORE-C13f"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open();
    const connection = await client.connection();
    const last = message({ text: "after the pings" });
    const payloads = ["", "hello", "\u0000\u00ff", "x".repeat(125)];

    judging("CORE-C13f");
    for (const payload of payloads) {
      connection.sendFrame(Opcode.ping, Buffer.from(payload, "latin1"));
      await connection.until(() => connection.controlPongs.includes(payload), "answer a Ping frame");
    }
    connection.send(last);
    await client.showsAll([last]);
    pongsCame(connection, payloads);
  },
});
