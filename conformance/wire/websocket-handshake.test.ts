import { describe, expect, it } from "vitest";
import { parseResponseHead } from "./http-response.ts";
import { acceptFor, handshakeFault, handshakeRequest } from "./websocket-handshake.ts";

/** Key and answer of RFC 6455, section 1.3. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const open = { headers: [] };

describe("the request", () => {
  const request = (url: string, access = {}, options = {}) =>
    handshakeRequest(new URL(url), KEY, { ...open, ...access }, options);

  it("is what RFC 6455, section 4.1, asks for", () => {
    expect(request("ws://127.0.0.1:8080/live?room=1").sent).toBe(
      [
        "GET /live?room=1 HTTP/1.1",
        "Host: 127.0.0.1:8080",
        "Upgrade: websocket",
        "Connection: Upgrade",
        `Sec-WebSocket-Key: ${KEY}`,
        "Sec-WebSocket-Version: 13",
        "",
        "",
      ].join("\r\n"),
    );
  });

  it("is shown as it is where it has no secret", () => {
    const { sent, shown } = request(
      "ws://127.0.0.1:8080/live?room=1",
      { origin: "https://app.example" },
      { extensions: "permessage-deflate", headers: [["Pragma", "no-cache"]] },
    );

    expect(sent).toContain("\r\nOrigin: https://app.example\r\n");
    expect(sent).toContain("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
    expect(sent).toContain("\r\nPragma: no-cache\r\n");
    expect(shown).toBe(sent);
  });

  it("takes other values, and names in lower case", () => {
    const { sent } = request(
      "ws://h/",
      {},
      { connection: "keep-alive, Upgrade", upgrade: "WebSocket", lowerCaseNames: true },
    );

    expect(sent).toContain("\r\nupgrade: WebSocket\r\nconnection: keep-alive, Upgrade\r\nsec-websocket-key: ");
  });

  it.each([
    ["a header's value", "ws://h/", { headers: [["Authorization", "Bearer s3cret"]] as const }, "Bearer s3cret"],
    ["the same in a cookie", "ws://h/", { headers: [["Cookie", "id=s3cret"]] as const }, "id=s3cret"],
    ["user and password", "ws://alice:s3cret@h/", {}, `Basic ${Buffer.from("alice:s3cret").toString("base64")}`],
    ["a user alone", "ws://s3cret@h/", {}, `Basic ${Buffer.from("s3cret:").toString("base64")}`],
    ["a password with escapes", "ws://a:s3%20cret@h/", {}, `Basic ${Buffer.from("a:s3 cret").toString("base64")}`],
    ["a password with a stray %", "ws://a:s3%cret@h/", {}, `Basic ${Buffer.from("a:s3%cret").toString("base64")}`],
    ["a token in the query", "ws://h/?access_token=s3cret&room=1", {}, "access_token=s3cret&room=1"],
  ])("sends %s, and does not show it", (_, url, access, secret) => {
    const { sent, shown } = request(url, access);

    expect(sent).toContain(secret);
    expect(shown).not.toContain("s3cret");
    expect(shown).not.toContain(secret);
    expect(shown).toContain(secret.startsWith("access_token") ? "access_token=left-out&room=1" : "(left out)");
  });
});

describe("the response", () => {
  const good = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Accept": ACCEPT };

  function fault(change: { [name: string]: string | undefined }, status = "101 Switching Protocols", offered = false) {
    const lines = Object.entries({ ...good, ...change }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${value}`],
    );
    const head = parseResponseHead([`HTTP/1.1 ${status}`, ...lines].join("\r\n"));
    if (head === undefined) throw new Error("the test's own response is no HTTP");
    return handshakeFault(head, KEY, offered);
  }

  it("has the accept of RFC 6455, section 1.3", () => {
    expect(acceptFor(KEY)).toBe(ACCEPT);
  });

  it.each([
    ["as most write it", {}],
    ["with other cases", { Upgrade: "WebSocket", Connection: "upgrade" }],
    ["with several tokens", { Connection: "keep-alive, Upgrade" }],
    ["with further headers", { Server: "x", Date: "today" }],
    ["with an empty list of extensions", { "Sec-WebSocket-Extensions": "" }],
  ])("%s is right", (_, change) => {
    expect(fault(change)).toBeUndefined();
  });

  it("may select an extension that was offered", () => {
    expect(fault({ "Sec-WebSocket-Extensions": "permessage-deflate" }, undefined, true)).toBeUndefined();
  });

  it.each([
    [{ Upgrade: undefined }, /Upgrade header is ""/],
    [{ Upgrade: "h2c" }, /Upgrade header is "h2c"/],
    [{ Connection: undefined }, /Connection header is ""/],
    [{ Connection: "close" }, /Connection header is "close"/],
    [{ "Sec-WebSocket-Accept": undefined }, /Sec-WebSocket-Accept is ""/],
    [{ "Sec-WebSocket-Accept": KEY }, /Sec-WebSocket-Accept is "dGhl.*" where "s3pP/],
    [{ "Sec-WebSocket-Accept": ACCEPT.toLowerCase() }, /Sec-WebSocket-Accept/],
    [{ "Sec-WebSocket-Protocol": "chat" }, /subprotocol "chat", which was not offered/],
    [{ "Sec-WebSocket-Extensions": "permessage-deflate" }, /extension "permessage-deflate", where none was offered/],
  ])("%j is wrong", (change, message) => {
    expect(fault(change)).toMatch(message);
  });

  it.each([
    ["200 OK", {}, /^the answer 200 OK$/],
    ["500 Internal Server Error", {}, /^the answer 500 Internal Server Error$/],
    ["400", {}, /^the answer 400$/],
    ["404 Not Found", {}, /the URL's path/],
    ["401 Unauthorized", {}, /--header/],
    ["403 Forbidden", {}, /--origin/],
    ["301 Moved Permanently", { Location: "https://elsewhere.example/" }, /redirect to https:\/\/elsewhere\.example\//],
    ["302 Found", {}, /redirect to nowhere/],
  ])("%s is wrong, and says what to try", (status, headers, message) => {
    expect(fault(headers, status)).toMatch(message);
  });

  it("joins headers that come several times, whatever the case of their names", () => {
    const head = parseResponseHead("HTTP/1.1 101\r\nconnection: keep-alive\r\nCONNECTION:Upgrade \r\nno header");
    expect(head?.headers).toEqual(new Map([["connection", "keep-alive, Upgrade"]]));
  });

  it.each(["", "HTTP/2 200", "SSH-2.0-OpenSSH_9.6", "HTTP/1.1 1 One", "hello\r\nHTTP/1.1 101 Yes"])(
    "%j is no HTTP response",
    (text) => {
      expect(parseResponseHead(text)).toBeUndefined();
    },
  );
});
