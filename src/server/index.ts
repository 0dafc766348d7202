/**
 * The reference server: what one client sends, all receive.
 *
 * @packageDocumentation
 */
export { createServer, type Server, type ServerOptions, type ServerUrls } from "./server.ts";
