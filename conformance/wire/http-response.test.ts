import { describe, expect, it } from "vitest";
import { ResponseReader } from "./http-response.ts";
import { ProtocolViolation } from "./protocol-violation.ts";

/** What a reader makes of a response that comes in these pieces. */
function read(pieces: readonly Buffer[]): { status?: number; body: string; complete: boolean } {
  const reader = new ResponseReader();
  const body = Buffer.concat(pieces.flatMap((piece) => reader.push(piece))).toString("latin1");
  return { ...(reader.head && { status: reader.head.status }), body, complete: reader.complete };
}

const responses: [why: string, text: string, status: number, body: string, complete: boolean][] = [
  ["until the connection closes", "HTTP/1.0 200 OK\r\n\r\ndata: 1\n\n", 200, "data: 1\n\n", false],
  ["with a length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef", 200, "abc", true],
  ["with no body by its length", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nabc", 200, "", true],
  ["with no body by its status", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true],
  [
    "in chunks",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\nrest",
    200,
    "abc0123456789",
    true,
  ],
  [
    "in chunks, with trailers",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\nX: 1\r\nY: 2\r\n\r\n",
    200,
    "a",
    true,
  ],
  ["in chunks that go on", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", 200, "a", false],
  ["after a 100", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 Too Long\r\nContent-Length: 2\r\n\r\nno", 413, "no", true],
  ["of which only the head is there", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 200, "", false],
];

describe("a response", () => {
  it.each(responses)("%s is read, however it is cut", (_, text, status, body, complete) => {
    const bytes = Buffer.from(text, "latin1");
    const wanted = { status, body, complete };

    expect(read([bytes])).toEqual(wanted);
    expect(read(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(wanted);
    for (let at = 0; at <= bytes.length; at++) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(wanted);
    }
  });

  it("is not there before its head has ended", () => {
    expect(read([Buffer.from("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")])).toEqual({
      body: "",
      complete: false,
    });
  });

  it.each([
    ["is none", "SSH-2.0-OpenSSH\r\n\r\n", /no HTTP response: "SSH/],
    ["has no end of its head", "x".repeat(70_000), /70000 bytes that are no HTTP response/],
    ["has a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", /Content-Length of "-1"/],
    [
      "has no size of a chunk",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ndata: 1\r\n",
      /"data: 1" where the size/,
    ],
    [
      "has a chunk too long",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
      /longer than its size/,
    ],
    [
      "has an endless line",
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${"1".repeat(20_000)}`,
      /line of chunked coding that does not end/,
    ],
  ])("that %s is refused", (_, text, message) => {
    const push = () => read([Buffer.from(text, "latin1")]);
    expect(push).toThrow(ProtocolViolation);
    expect(push).toThrow(message);
  });
});
