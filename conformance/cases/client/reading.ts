/** Cases on how a client reads a stream: CORE-C10b. Each sends one text whole, byte by byte, and in awkward pieces. */
import { type ClientCase, type ClientRequirements, clientCase } from "../../client-case.ts";
import { notShown, shownInOrder, shownOnce, shownUnchanged } from "../../expect-client.ts";
import { awkwardPieces, oneByOne } from "../../wire/pieces.ts";
import { SHORT_DELAYS } from "./delays.ts";
import { StreamText } from "./stream-text.ts";
import { STREAM_GATES } from "./streams.ts";

interface Topic {
  what: string;
  title: string;
  requires?: ClientRequirements;
  write(text: StreamText): void;
}

function reading({ what, title, requires, write }: Topic): ClientCase {
  return clientCase({
    id: `client-reading/${what}`,
    title,
    covers: ["CORE-C10b"],
    transport: "sse",
    ...(requires && { requires }),
    async run(context) {
      const { open, judging, quietFor } = context;
      const text = new StreamText(context);
      write(text);
      text.shows((json) => `data: ${json}\n\n`, { text: "last" });
      const clients = [await open(), await open(), await open()] as const;
      const [forWhole, forBytes, forPieces] = clients;
      const whole = await forWhole.stream();
      const bytes = await forBytes.stream();
      const attempt = await forPieces.attempt();
      const pieces = attempt.openStream({ chunked: false });

      judging("CORE-C10b");
      whole.write(text.bytes);
      bytes.writeEach(oneByOne(text.bytes));
      for (const piece of awkwardPieces(text.bytes)) {
        pieces.write(piece);
        await quietFor(10);
      }
      for (const client of clients) {
        await client.showsAll(text.shown);
        shownOnce(client, text.shown);
        shownUnchanged(client, text.shown);
        shownInOrder(client, text.shown);
        notShown(client, text.hidden);
      }
    },
  });
}

/** The data of one event in many lines: the line feeds that join them are white space of the JSON text. */
const dataLines = (json: string, end = "\n") =>
  json
    .split(/(?<=[{,])/)
    .map((part) => `data: ${part}${end}`)
    .join("");

/** Puts bytes in the place of each U+FFFD. */
const withBytes = (text: string, ...bytes: readonly number[]) =>
  Buffer.from(
    Buffer.from(text)
      .toString("latin1")
      .replaceAll("\u00ef\u00bf\u00bd", String.fromCharCode(...bytes)),
    "latin1",
  );

export const lineEnds = reading({
  what: "line-ends",
  title: "takes LF, CR and CRLF for line ends, and each for one",
  write(text) {
    for (const ends of ["\n\n", "\r\r", "\r\n\r\n", "\n\r\n", "\r\n\n", "\r\n\r", "\r\r\n", "\n\r"]) {
      text.shows((json) => `data: ${json}${ends}`);
    }
    for (const end of ["\n", "\r", "\r\n"])
      text.shows((json) => `: lines${end}${dataLines(json, end)}${end}`, { a: 1 });
    text.shows((json) => `id: 1\r\nretry: 100\rdata: ${json}\n\r`);
    text.plain("\n\n\n");
    text.shows((json) => `\r\rdata: ${json}\n\n\n\n`);
  },
});

export const noLineEnds = reading({
  what: "no-line-ends",
  title: "takes nothing for a line end but LF, CR and CRLF",
  write(text) {
    text.shows((json) => `data: ${json}\n\n`, { text: "next line \u0085, separators \u2028 and \u2029" });
    for (const other of ["\u000b", "\u000c", "\u001c", "\u001e", "\u0085", "\u2028", "\u2029", "\0", "\\n"]) {
      text.hides((json) => `: comment${other}data: ${json}${other}${other}\n\n`);
    }
  },
});

export const byteOrderMark = reading({
  what: "byte-order-mark",
  title: "drops a byte order mark in front of the stream, and none in data",
  write(text) {
    text.shows((json) => `\ufeffdata: ${json}\n\n`);
    text.shows((json) => `data: ${json}\n\n`, { text: "\ufeffa mark\ufeff" });
  },
});

export const otherMarks = reading({
  what: "other-marks",
  title: "drops no other byte order mark: neither a second one in front of the stream, nor one within it",
  write(text) {
    text.hides((json) => `\ufeff\ufeffdata: ${json}\n\n`);
    text.hides((json) => `\ufeffdata: ${json}\n\n`);
    text.shows((json) => `data: ${json}\n\ufeffid: 1\n\n`);
  },
});

export const dataInLines = reading({
  what: "data-in-lines",
  title: "joins the data lines of an event, whatever is between them",
  write(text) {
    text.shows((json) => `${dataLines(json)}\n`, { a: 1, b: [1, 2, 3] });
    text.shows((json) => `data:\ndata\ndata: \n${dataLines(json)}data\n\n`, { a: 1 });
    text.shows((json) => `${dataLines(json).replaceAll("\n", "\n: between\nid: 1\nother: x\n")}\n`, { a: 1, b: 2 });
    // Joined with a line feed this is no JSON, since no string holds one; joined with nothing it would be.
    text.hides((json) => `data: ${json.replace(/":"\w{2}/, "$&\ndata: ")}\n\n`);
    text.shows((json) => `${dataLines(json)}\n`, Object.fromEntries(Array.from({ length: 60 }, (_, at) => [at, at])));
  },
});

export const fields = reading({
  what: "fields",
  title: "takes a line apart at its first colon, and drops one space behind it",
  write(text) {
    text.shows((json) => `data:${json}\n\n`);
    text.shows((json) => `data:  ${json}  \n\n`, { text: "spaces and colons: a:b : c:" });
    text.shows((json) => `data:\t${json}\n\n`);
    text.shows((json) => `id\nevent\nretry\ndata: ${json}\n\n`);
    text.shows((json) => `event:\nid:\nretry:\ndata: ${json}\n\n`);
  },
});

export const unknownFields = reading({
  what: "unknown-fields",
  title: "passes over fields that it does not know",
  write(text) {
    text.shows((json) => `other: x\ndata: ${json}\nother\n:\n\n`);
    for (const name of [
      "Data",
      "DATA",
      " data",
      "data ",
      "\tdata",
      "dat",
      "datas",
      "data\0",
      "da ta",
      "-data",
      "d\u0430ta",
    ]) {
      text.hides((json) => `${name}: ${json}\n\n`);
    }
    text.shows((json) => `Data: {}\ndata : {}\n data: {}\ndata: ${json}\nDATA\n\n`);
    text.shows((json) => `Event: a\nevent : b\n event: c\ndata: ${json}\n\n`);
  },
});

export const comments = reading({
  what: "comments",
  title: "passes over comments",
  write(text) {
    text.plain(": welcome\n\n:\n\n:\r\n\r\n: keep-alive\r\r");
    text.shows((json) => `: before\ndata: ${json}\n: behind\n:\n\n`);
    text.hides((json) => `: data: ${json}\n\n`);
    text.hides((json) => `:data: ${json}\n\n`);
    text.hides((json) => `:\tdata: ${json}\n\n::data: ${json}\n\n`);
    text.shows((json) => `: ${"long ".repeat(1_000)}\ndata: ${json}\n\n`);
    text.shows((json) => `: 世界 🎉\ndata: ${json}\n\n`);
  },
});

export const blocks = reading({
  what: "blocks",
  title: "keeps nothing of a block for the next one, and makes no event of one without data",
  write(text) {
    text.shows((json) => `event: price\n\ndata: ${json}\n\n`);
    text.shows((json) => `data: ${json}\n\n\n\nid: 7\n\nretry: 100\n\n`);
    text.shows((json) => `event: price\ndata: {}\n\ndata: ${json}\n\n`);
    text.shows((json) => `data: ${json}\nid: 8\nretry: 1x\nretry: -1\nretry: 100\n\nid\n\n`);
  },
});

export const characters = reading({
  what: "characters",
  title: "puts characters together that were cut",
  write(text) {
    text.shows((json) => `data: ${json}\n\n`, { text: "Grüße, żółć, Καλημέρα, мир" });
    text.shows((json) => `data: ${json}\n\n`, { text: "世界 こんにちは 안녕 ไทย \ufffd \uffff" });
    text.shows((json) => `data: ${json}\r\n\r\n`, { text: "🎉 👩‍👩‍👧 𝒳 𠮷 \u{10ffff}" });
    text.shows((json) => `名前: x\n${dataLines(json)}\n`, { é: "é", 世: "世", "🎉": "🎉" });
  },
});

export const notUtf8 = reading({
  what: "not-utf-8",
  title: "takes each byte that is no character, or a character cut short, for U+FFFD",
  write(text) {
    text.shows((json) => withBytes(`data: ${json}\n\n`, 0xff), { text: "a\ufffdb" });
    text.shows((json) => withBytes(`data: ${json}\n\n`, 0x80), { text: "\ufffd" });
    text.shows((json) => withBytes(`data: ${json}\n\n`, 0xe4, 0xb8), { text: "cut \ufffd" });
    text.shows((json) => withBytes(`: \ufffd\ndata: ${json}\n\n`, 0xf0, 0x9f), {});
  },
});

export const manyAtOnce = reading({
  what: "many-at-once",
  title: "shows many events, long and short ones, that come in one piece",
  write(text) {
    for (let at = 1; at <= 20; at++) text.shows((json) => `id: ${at}\ndata: ${json}\n\n`);
    text.shows((json) => `data: ${json}\n\n`, { filler: "x".repeat(3_000) });
    for (let at = 1; at <= 20; at++) text.shows((json) => `data:${json}\n\n`);
  },
});

export const unfinished = clientCase({
  id: "client-reading/unfinished",
  title: "makes no event of what had no empty line behind it when the stream ended, nor keeps it for the next stream",
  covers: ["CORE-C10b"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ openMany, judging, message }) {
    const clients = await openMany(4, SHORT_DELAYS);
    const endings = clients.map(() => message({ text: "without an empty line" }));
    const events = clients.map(() => message({ text: "whole" }));
    const later = message({ text: "on the next stream" });
    const streams = await Promise.all(clients.map((client) => client.stream()));
    for (const [index, stream] of streams.entries()) stream.event({ data: events[index]?.text ?? "" });
    // What comes right before a cut may be lost with it: it is shown first.
    await Promise.all(clients.map((client, index) => client.showsAll(events.slice(index, index + 1))));
    const [ended, cut, inLine, inCharacter] = streams;
    ended?.write(`data: ${endings[0]?.text}\n`);
    ended?.end();
    cut?.write(`event: message\ndata: ${endings[1]?.text}\r\n`);
    cut?.cut();
    inLine?.write(`data: ${endings[2]?.text}`);
    inLine?.end();
    inCharacter?.write(Buffer.concat([Buffer.from(`data: ${endings[3]?.text}\n: `), Buffer.of(0xe4, 0xb8)]));
    inCharacter?.cut();
    const next = await Promise.all(clients.map((client) => client.stream()));

    judging("CORE-C10b");
    for (const stream of next) stream.write(`\n\ndata: ${later.text}\n\n`);
    for (const [index, client] of clients.entries()) {
      const shown = [...events.slice(index, index + 1), later];
      await client.showsAll(shown);
      shownUnchanged(client, shown);
      notShown(client, endings);
    }
  },
});
