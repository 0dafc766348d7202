/** Frames, segments, and connections that end in every way: CORE-S7. What may kill a server runs last. */
import { serverCase } from "../../case.ts";
import { arrive, arrivedOnce, arrivedUnchanged, fence } from "../../expect.ts";

export const fragments = serverCase({
  id: "wire/fragments",
  title: "accepts a message in fragments, wherever they are cut",
  covers: ["CORE-S7a"],
  lane: "last",
  async run({ connect, judging, message }) {
    const [alice, bob] = await connect("alice", "bob");
    const halves = message({ text: "in two fragments" });
    const withEmpty = message({ text: "an empty fragment first, in between and last" });
    const insideCharacters = message({ text: "世界🎉é".repeat(3) });
    const length = Buffer.byteLength(insideCharacters.text);
    const everyByte = Array.from({ length: length - 1 }, (_, index) => index + 1);
    const after = message({ text: "whole again" });

    judging("CORE-S7a");
    alice.sendFragmented(halves, [20]);
    alice.sendFragmented(withEmpty, [0, 30, 30, Buffer.byteLength(withEmpty.text)]);
    alice.sendFragmented(insideCharacters, everyByte);
    alice.pingInFragments();
    alice.send(after);
    await arrive([alice, bob], [halves, withEmpty, insideCharacters, after]);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [halves, withEmpty, insideCharacters, after]);
    arrivedUnchanged([alice, bob], [halves, withEmpty, insideCharacters, after]);
  },
});

export const fragmentsApart = serverCase({
  id: "wire/fragments-apart",
  title: "accepts fragments that come apart, while others send fragments too",
  covers: ["CORE-S7a"],
  lane: "last",
  async run({ connect, judging, message }) {
    const [alice, bob, carol] = await connect("alice", "bob", "carol");
    const fromAlice = message({ text: "alice's, in two fragments" });
    const fromBob = message({ text: "bob's, in two fragments" });

    judging("CORE-S7a");
    const sendTheRestOfAlice = alice.sendFirstFragment(fromAlice);
    await carol.fence();
    const sendTheRestOfBob = bob.sendFirstFragment(fromBob);
    await carol.fence();
    sendTheRestOfAlice();
    sendTheRestOfBob();
    await arrive([alice, bob, carol], [fromAlice, fromBob]);
    await fence([alice, bob, carol]);
    arrivedOnce([alice, bob, carol], [fromAlice, fromBob]);
    arrivedUnchanged([alice, bob, carol], [fromAlice, fromBob]);
  },
});

export const controlBetweenFragments = serverCase({
  id: "wire/control-between-fragments",
  title: "accepts a fragmented message with Ping and Pong frames between its fragments",
  covers: ["CORE-S7a"],
  lane: "last",
  async run({ connect, judging, message }) {
    const [alice, bob] = await connect("alice", "bob");
    const byPings = message({ text: "interrupted by Ping frames" });
    const byPongs = message({ text: "interrupted by Pong frames" });
    const after = message({ text: "whole again" });

    judging("CORE-S7a");
    alice.sendFragmented(byPings, [10, 40], "ping");
    alice.sendFragmented(byPongs, [10, 40], "pong");
    alice.send(after);
    await arrive([alice, bob], [byPings, byPongs, after]);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [byPings, byPongs, after]);
    arrivedUnchanged([alice, bob], [byPings, byPongs, after]);
  },
});

export const segments = serverCase({
  id: "wire/segments",
  title: "accepts frames in many pieces, and many frames in one piece",
  covers: ["CORE-S7b"],
  lane: "last",
  async run({ connect, judging, message, messages }) {
    const [alice, bob] = await connect("alice", "bob");
    const byteByByte = [message({ text: "byte by byte, grüße 🎉" }), message({ text: "x".repeat(200) })];
    const inPieces = [
      message({ text: "in pieces of 1000 bytes ".repeat(300) }),
      message({ text: "and its neighbour" }),
    ];
    const inOnePiece = messages(30, { text: "thirty frames in one piece" });

    judging("CORE-S7b");
    await alice.sendInSegments(byteByByte, 1);
    await alice.sendInSegments(inPieces, 1_000);
    await alice.sendAll(inOnePiece);
    await arrive([alice, bob], [...byteByByte, ...inPieces, ...inOnePiece]);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [...byteByByte, ...inPieces, ...inOnePiece]);
    arrivedUnchanged([alice, bob], [...byteByByte, ...inPieces, ...inOnePiece]);
  },
});

export const slowFrame = serverCase({
  id: "wire/slow-frame",
  title: "accepts a frame whose second half comes more than a second after the first",
  covers: ["CORE-S7b"],
  async run({ connect, judging, message, messages }) {
    const [alice, bob] = await connect("alice", "bob");
    const slow = message({ text: "in two halves" });
    const meanwhile = messages(60, { text: "meanwhile, for more than a second" });

    judging("CORE-S7b");
    const sendTheRest = alice.sendHalfFrame(slow);
    await bob.sendAll(meanwhile);
    await arrive([alice, bob], meanwhile);
    sendTheRest();
    await arrive([alice, bob], [slow]);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [slow]);
  },
});

export const closeHandshake = serverCase({
  id: "wire/close-handshake",
  title: "answers a Close frame with a Close frame, whatever code it came with",
  covers: ["CORE-S7c"],
  async run({ connect, judging }) {
    const [normal, goingAway, application, noCode] = await connect("normal", "going-away", "application", "no-code");
    const [withReason] = await connect("with-reason");

    judging("CORE-S7c");
    await normal.closeHandshake(1000);
    await goingAway.closeHandshake(1001);
    await application.closeHandshake(4000);
    await noCode.closeHandshake();
    await withReason.closeHandshake(1000, "grüße 🎉, that was all");
  },
});

export const resets = serverCase({
  id: "wire/resets",
  title: "goes on serving everybody else when connections are reset in the middle of a broadcast",
  covers: ["CORE-S7d"],
  lane: "last",
  async run({ connect, connectMany, judging, message, messages }) {
    const [alice] = await connect("alice");
    const early = await connectMany("early-victim", 6);
    const [bob] = await connect("bob");
    const late = await connectMany("late-victim", 6);
    const [carol] = await connect("carol");
    const during = messages(12, { part: "one for each reset" });
    const after = messages(10, { part: "after the resets" });
    const atLast = message({ part: "when a newcomer is there" });

    judging("CORE-S7d");
    for (const [index, victim] of [...early, ...late].entries()) {
      alice.send(during[index] ?? message());
      victim.reset();
    }
    await arrive([alice, bob, carol], during);
    await bob.sendAll(after);
    await arrive([alice, bob, carol], after);
    const [dave] = await connect("dave");
    dave.send(atLast);
    await arrive([alice, bob, carol, dave], [atLast]);
    await fence([alice, bob, carol]);
    arrivedOnce([alice, bob, carol], [...during, ...after, atLast]);
  },
});

export const hangUps = serverCase({
  id: "wire/hang-ups",
  title: "goes on serving everybody else when connections end without a Close frame",
  covers: ["CORE-S7d"],
  lane: "last",
  async run({ connect, connectMany, judging, message, messages }) {
    const [alice] = await connect("alice");
    const victims = await connectMany("victim", 8);
    const [bob] = await connect("bob");
    const during = messages(8, { part: "one for each that hangs up" });
    const after = messages(10, { part: "after that" });
    const atLast = message({ part: "when a newcomer is there" });

    judging("CORE-S7d");
    for (const [index, victim] of victims.entries()) {
      victim.hangUp();
      alice.send(during[index] ?? message());
    }
    await arrive([alice, bob], during);
    await bob.sendAll(after);
    await arrive([alice, bob], after);
    const [carol] = await connect("carol");
    carol.send(atLast);
    await arrive([alice, bob, carol], [atLast]);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [...during, ...after, atLast]);
  },
});

export const halfFrames = serverCase({
  id: "wire/half-frames",
  title: "goes on serving everybody else when connections break in the middle of a frame",
  covers: ["CORE-S7d"],
  lane: "last",
  async run({ connect, connectMany, judging, message, messages }) {
    const [alice] = await connect("alice");
    const [breaks, ends, inMessage] = await connect("resets-mid-frame", "ends-mid-frame", "resets-mid-message");
    const idle = await connectMany("half-open", 2);
    const [bob] = await connect("bob");
    const during = messages(10, { part: "while connections break" });
    const atLast = message({ part: "when a newcomer is there" });

    judging("CORE-S7d");
    breaks.sendHalfFrame(message({ text: "the other half never comes" }));
    ends.sendHalfFrame(message({ text: "the other half never comes" }));
    for (const peer of idle)
      peer.sendHalfFrame(message({ text: "the other half comes never, and neither does an end" }));
    inMessage.sendFirstFragment(message({ text: "the other fragment never comes" }));
    await bob.fence();
    breaks.reset();
    ends.hangUp();
    inMessage.reset();
    await alice.sendAll(during);
    await arrive([alice, bob], during);
    const [carol] = await connect("carol");
    carol.send(atLast);
    await arrive([alice, bob, carol], [atLast]);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [...during, atLast]);
  },
});

export const comeAndGo = serverCase({
  id: "wire/come-and-go",
  title: "loses nothing for those who stay while others come and go",
  covers: ["CORE-S7e"],
  lane: "alone",
  needs: ["heartbeat/answered"],
  async run({ connect, connectMany, judging, message, messages }) {
    const [alice] = await connect("alice");
    const whileTheyLeave = messages(25, { part: "one for each guest that leaves" });
    const whileTheyCome = messages(10, { part: "one for each that comes" });
    const atLast = messages(5, { part: "when all have come" });

    judging("CORE-S7e");
    const [bob] = await connect("bob");
    const guests = await connectMany("guest", 25);
    const [carol] = await connect("carol");
    for (const [index, guest] of guests.entries()) {
      alice.send(whileTheyLeave[index] ?? message());
      await guest.leave();
    }
    await arrive([alice, bob, carol], whileTheyLeave);
    const newcomers = [];
    for (const [index, message] of whileTheyCome.entries()) {
      bob.send(message);
      newcomers.push(...(await connect(`newcomer-${index + 1}`)));
    }
    await arrive([alice, bob, carol], whileTheyCome);
    await carol.sendAll(atLast);
    await arrive([alice, bob, carol, ...newcomers], atLast);
    await fence([alice, bob, carol]);
    arrivedOnce([alice, bob, carol], [...whileTheyLeave, ...whileTheyCome, ...atLast]);
  },
});

export const halfHandshakes = serverCase({
  id: "wire/half-handshakes",
  title: "goes on serving everybody while handshakes are begun, and broken off",
  covers: ["CORE-S7e"],
  lane: "last",
  needs: ["heartbeat/answered"],
  async run({ connect, openHalf, judging, message }) {
    const [alice, bob] = await connect("alice", "bob");
    const during = message({ text: "while handshakes are begun" });
    const after = message({ text: "after they were broken off" });

    judging("CORE-S7e");
    const first = await openHalf("begins");
    const second = await openHalf("begins-too");
    await alice.fence();
    alice.send(during);
    await arrive([alice, bob], [during]);
    first.abandon();
    second.hangUp();
    const [carol] = await connect("carol");
    bob.send(after);
    await arrive([alice, bob, carol], [after]);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [during, after]);
  },
});
