/** `tidings serve`: runs the reference server until a signal ends it. */
import { Command } from "commander";
import { createServer, type Server } from "../server/index.ts";
import { CommandFailure } from "./command-failure.ts";
import { integer, text } from "./option-values.ts";

/** Makes the command. With `--json` it prints exactly one line, an object with the URL of each transport. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("run the reference server until a signal ends it")
    .option("--port <number>", "TCP port to listen on; 0 takes any free one", integer(0, 65_535), 8080)
    .option("--host <address>", "address to listen on; 0.0.0.0 for all", text, "127.0.0.1")
    .option("--compression", "compress messages to WebSocket clients that offer permessage-deflate")
    .option("--json", "print one line of JSON with the URLs once it accepts connections")
    .action(serve);
}

interface Options {
  port: number;
  host: string;
  compression?: true;
  json?: true;
}

async function serve({ port, host, compression, json }: Options): Promise<void> {
  const server = createServer({ port, host, compression: compression === true });
  closeOnSignal(server);
  const { ws, sse, publish, health } = await server.listen().catch((error) => {
    throw listenFailure(error, port, host);
  });
  if (json) console.log(JSON.stringify({ ws, sse, publish }));
  else {
    console.log(`Listening on ${ws} (WebSocket)`);
    console.log(`         and ${sse} (server-sent events; POST publishes). Health: ${health}. Ctrl-C ends it.`);
  }
}

/** The first signal closes the server, after which nothing keeps the process; the second ends it at once. */
function closeOnSignal(server: Server): void {
  let closing = false;
  const end = (status: number) => () => {
    if (closing) process.exit(status);
    closing = true;
    void server.close();
  };
  process.on("SIGINT", end(130));
  process.on("SIGTERM", end(143));
}

/** Says why a server cannot listen, and what to do about it. */
export function listenFailure(error: NodeJS.ErrnoException, port: number, host: string): unknown {
  const reasons: { [code: string]: string } = {
    EADDRINUSE: `port ${port} of ${host} is in use: choose another with --port, or 0 for any free one`,
    EACCES: `port ${port} of ${host} needs privileges: choose one above 1023 with --port`,
    EADDRNOTAVAIL: `${host} is no address of this machine: choose another with --host, such as 127.0.0.1`,
    ENOTFOUND: `${host} is no known host: choose another with --host, such as 127.0.0.1`,
  };
  const reason = reasons[error.code === "EAI_AGAIN" ? "ENOTFOUND" : (error.code ?? "")];
  if (reason) return new CommandFailure(reason, 1);
  return error.syscall ? new CommandFailure(`cannot listen on port ${port} of ${host}: ${error.message}`, 1) : error;
}
