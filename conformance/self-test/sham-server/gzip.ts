/** Streams whose bodies are compressed. */
import type { Transform } from "node:stream";
import { createGzip } from "node:zlib";
import { type HttpRequest, listHeader } from "./http.ts";
import { perConnection } from "./per-connection.ts";
import type { Override, Stream } from "./steps.ts";

/**
 * Compresses the bodies of streams.
 *
 * @param coding - what `Content-Encoding` says.
 * @param create - makes what compresses one body, and flushes after each piece.
 * @param test - tells for whom. Default: for clients that accept it.
 */
export const compresses =
  (coding: string, create: () => Transform, test: (request: HttpRequest) => boolean = accepts(coding)): Override =>
  (plain) => {
    const compressor = perConnection(create);
    const isCompressed = ({ response }: Stream) => response.headers["Content-Encoding"] === coding;
    return {
      answerSubscription(request) {
        const response = plain.answerSubscription(request);
        if (!test(request)) return response;
        return { ...response, headers: { ...response.headers, "Content-Encoding": coding } };
      },
      onStreamOpen(stream) {
        if (isCompressed(stream)) {
          const compressing = compressor(stream.connection);
          compressing.on("data", (bytes: Buffer) => plain.sendBody(stream, bytes));
          stream.connection.socket.once("close", () => compressing.destroy());
        }
        plain.onStreamOpen(stream);
      },
      sendBody(stream, bytes) {
        if (isCompressed(stream)) compressor(stream.connection).write(bytes);
        else plain.sendBody(stream, bytes);
      },
    };
  };

/**
 * Compresses with gzip.
 *
 * @param flush - a constant of zlib: what is done after each piece.
 */
export const gzips = (flush: number, test?: (request: HttpRequest) => boolean): Override =>
  compresses("gzip", () => createGzip({ flush }), test);

function accepts(coding: string): (request: HttpRequest) => boolean {
  return (request) => listHeader(request, "accept-encoding").includes(coding);
}
