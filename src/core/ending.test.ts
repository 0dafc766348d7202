import { describe, expect, it } from "vitest";
import { endingOfAnswer, endingOfClose, retryAfter } from "./ending.ts";

const HOUR = 3_600_000;

describe("a close code", () => {
  it.each([
    ["over", [1000]],
    ["stop", [1002, 1003, 1007, 1010, 4400, 4403, 4499, 3003, 3008]],
    ["soon", [4100, 4150, 4199]],
    ["refresh", [4300, 4301, 4399, 3000]],
    ["again", [1001, 1004, 1005, 1006, 1008, 1009, 1011, 1012, 1013, 1014, 1015, 1016, 2999, 3001, 3999]],
    ["again", [4000, 4099, 4200, 4299, 4500, 4999]],
  ])("%s: %j", (sequel, codes) => {
    for (const code of codes) expect(endingOfClose(code, "").sequel, String(code)).toBe(sequel);
  });

  it("1008 asks for 30 seconds, or for more", () => {
    expect(endingOfClose(1008, "").floorMs).toBe(30_000);
    expect(endingOfClose(1008, "retry=1000").floorMs).toBe(30_000);
    expect(endingOfClose(1008, "retry=40000").floorMs).toBe(40_000);
  });
});

describe("a hint in a reason", () => {
  it.each([
    ["retry=4000", 4_000],
    ["restart;retry=4000", 4_000],
    ["restart;retry=4000;ref=7", 4_000],
    [" restart ; retry=4000 ; more", 4_000],
    ["retry=99999999999", HOUR],
    ["noretry=4000", 0],
    ["retry=4s", 0],
    ["retry=-4000", 0],
    ["please retry=4000", 0],
    ["", 0],
  ])("%j", (reason, expected) => expect(endingOfClose(1012, reason).floorMs).toBe(expected));
});

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  it.each([
    ["4", 4_000],
    [" 120 ", 120_000],
    ["99999999", HOUR],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["soon", 0],
    ["", 0],
    [null, 0],
  ])("%j", (header, expected) => expect(retryAfter(header, now)).toBe(expected));
});

describe("an answer that is no stream", () => {
  const ending = (status: number, mediaType = "text/plain", header: string | null = null) =>
    endingOfAnswer({ status, mediaType, retryAfter: header, now: 0 });

  it.each([
    ["over", [204]],
    ["stop", [400, 401, 403, 404, 405, 410]],
    ["again", [200, 201, 304, 408, 425, 429, 500, 502, 503, 504, 599]],
  ])("%s: %j", (sequel, statuses) => {
    for (const status of statuses) expect(ending(status).sequel, String(status)).toBe(sequel);
  });

  it("asks for time with 429 and 503 alone", () => {
    expect([429, 503, 500].map((status) => ending(status, "", "3").floorMs)).toEqual([3_000, 3_000, 0]);
  });

  it("is told by its media type where the status is good", () => {
    expect(ending(200, "text/html").reason).toBe("answered with text/html");
    expect(ending(200, "").reason).toBe("answered with no media type");
  });
});
