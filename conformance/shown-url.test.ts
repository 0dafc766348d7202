import { describe, expect, it } from "vitest";
import { shownUrl } from "./shown-url.ts";

describe("a URL in a report", () => {
  it.each([
    ["ws://127.0.0.1:8080/", "ws://127.0.0.1:8080/"],
    ["wss://h.example/live?room=1&b=%20", "wss://h.example/live?room=1&b=%20"],
    ["ws://alice:s3cret@h/live", "ws://h/live"],
    ["ws://s3cret@h/", "ws://h/"],
    ["ws://h/?token=s3cret", "ws://h/?token=left-out"],
    ["ws://h/?access_token=s3cret&room=1", "ws://h/?access_token=left-out&room=1"],
    ["ws://h/?API_KEY=s3cret", "ws://h/?API_KEY=left-out"],
    ["ws://h/?key=s3cret&key=s3cret2", "ws://h/?key=left-out"],
    ["ws://h/?Signature=s3cret&sessionId=s3cret", "ws://h/?Signature=left-out&sessionId=left-out"],
    ["ws://a:s3cret@h/?ticket=s3cret&jwt=s3cret", "ws://h/?ticket=left-out&jwt=left-out"],
  ])("%s is shown as %s", (url, shown) => {
    expect(shownUrl(new URL(url))).toBe(shown);
  });

  it("leaves the URL itself as it was", () => {
    const url = new URL("ws://a:b@h/?token=c");
    shownUrl(url);
    expect(url.href).toBe("ws://a:b@h/?token=c");
  });
});
