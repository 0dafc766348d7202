/** Opening a connection, and having it stay open: CORE-S1. */
import { serverCase } from "../../case.ts";
import { arrive, arrivedUnchanged, fence, oneArrives } from "../../expect.ts";
import { DEFLATE_OFFER } from "../../wire/websocket-deflate.ts";

export const handshake = serverCase({
  id: "opening/handshake",
  title: "completes the opening handshake with a client that offers and asks for nothing",
  covers: ["CORE-S1a"],
  lane: "gate",
  needs: [],
  async run({ open, judging }) {
    judging("CORE-S1a");
    const alice = await open("alice");
    await alice.settle();
    alice.mustSpeakWebSocket();
  },
});

export const staysOpen = serverCase({
  id: "opening/stays-open",
  title: "keeps the connection open after the handshake",
  covers: ["CORE-S1a", "CORE-S1b"],
  lane: "gate",
  needs: ["opening/handshake"],
  async run({ open, judging }) {
    judging("CORE-S1a");
    const alice = await open("alice");

    judging("CORE-S1b");
    await alice.settle();
    alice.mustBeOpen("after the handshake and one ping");
  },
});

export const likeFirefox = serverCase({
  id: "opening/like-firefox",
  title: "completes the handshake that Firefox sends, and speaks the extensions that it accepts",
  covers: ["CORE-S1a", "CORE-S3c"],
  async run({ open, judging, message }) {
    const plain = message({ text: "sent as it is" });
    const compressed = message({ text: "sent compressed, if that was agreed on ".repeat(10) });
    const repeated = message({ text: "sent compressed, if that was agreed on ".repeat(10) });

    judging("CORE-S1a");
    const alice = await open("alice", {
      connection: "keep-alive, Upgrade",
      extensions: DEFLATE_OFFER,
      headers: [
        ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
        ["Accept", "*/*"],
        ["Accept-Language", "en-US,en;q=0.5"],
        ["Accept-Encoding", "gzip, deflate, br, zstd"],
        ["Sec-Fetch-Dest", "empty"],
        ["Sec-Fetch-Mode", "websocket"],
        ["Sec-Fetch-Site", "same-site"],
        ["Pragma", "no-cache"],
        ["Cache-Control", "no-cache"],
      ],
    });
    await alice.fence();
    alice.send(plain);
    alice.sendCompressed(compressed);
    alice.sendCompressed(repeated);
    await arrive([alice], [plain, compressed, repeated]);

    judging("CORE-S3c");
    arrivedUnchanged([alice], [plain, compressed, repeated]);
  },
});

export const anySpelling = serverCase({
  id: "opening/any-spelling",
  title: "completes a handshake whose headers are spelled in another case",
  covers: ["CORE-S1a"],
  needs: ["heartbeat/answered"],
  async run({ open, judging }) {
    judging("CORE-S1a");
    const alice = await open("alice", { upgrade: "WebSocket", connection: "upgrade", lowerCaseNames: true });
    await alice.fence();
  },
});

export const inPieces = serverCase({
  id: "opening/in-pieces",
  title: "completes a handshake whose request comes in two pieces",
  covers: ["CORE-S1a"],
  needs: ["heartbeat/answered"],
  async run({ connect, openHalf, judging }) {
    const [alice] = await connect("alice");

    judging("CORE-S1a");
    const half = await openHalf("bob");
    await alice.fence();
    await alice.fence();
    const bob = await half.complete();
    await bob.fence();
  },
});

export const keepsServing = serverCase({
  id: "opening/keeps-serving",
  title: "goes on serving a connection that sends much, and long messages, and then nothing for three seconds",
  covers: ["CORE-S1b"],
  async run({ connect, judging, message, messages }) {
    const [alice, bob] = await connect("alice", "bob");
    const fromAlice = messages(45, { from: "alice" });
    const long = message({ text: "long ".repeat(11_000) });
    const fromBob = messages(155, { from: "bob", part: "for more than three seconds" });

    judging("CORE-S1b");
    await alice.sendAll(fromAlice);
    await arrive([alice, bob], fromAlice);
    alice.send(long);
    await arrive([alice, bob], [long]);
    alice.sendControlPing();
    await bob.sendAll(fromBob);
    await arrive([alice, bob], fromBob);
    await fence([alice, bob]);
  },
});

export const silentListener = serverCase({
  id: "opening/silent-listener",
  title: "serves a connection whose client has not sent anything",
  covers: ["CORE-S1c"],
  // Nobody pings here: a server that wants to be greeted first may not answer pings either, and is to fail for that.
  needs: ["opening/stays-open"],
  async run({ open, judging, messages }) {
    const bob = await open("bob");
    const alice = await open("alice");
    const first = messages(60, { part: "for more than a second" });
    const then = messages(70, { part: "and another" });

    judging("CORE-S1c");
    // Bob's handshake is complete, but the server may still be putting him into its books: so the first may miss him.
    await alice.sendAll(first);
    await oneArrives(bob, first);
    await alice.sendAll(then);
    await arrive([bob], then);
  },
});
