/** nginx with nchan, on both transports. */
import type { Dialect } from "../../target/dialect.ts";

const start = "node bench/peers/nchan.mjs {port}";
const publish = { via: "post", url: "http://127.0.0.1:{port}/publish" } as const;

export const nchanWs: Dialect = {
  name: "nginx with nchan",
  start,
  subscribe: { transport: "ws", url: "ws://127.0.0.1:{port}/subscribe" },
  publish,
};

export const nchanSse: Dialect = {
  name: "nginx with nchan",
  start,
  subscribe: { transport: "sse", url: "http://127.0.0.1:{port}/subscribe" },
  publish,
};
