/**
 * Tidings: live messages on the web. This entry gathers the public names of the parts; each part also has its own.
 *
 * @packageDocumentation
 */
export { type Client, type ClientOptions, createClient } from "./client/index.ts";
export { createServer, type Server, type ServerOptions, type ServerUrls } from "./server/index.ts";
