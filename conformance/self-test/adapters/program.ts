/** An adapter that is a program. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Running, Talk } from "./talk.ts";

/** A program that runs. */
export interface Program extends Running {
  /** Comes with its exit status, and with the signal that ended it. */
  exited: Promise<unknown[]>;
  /** Ends its standard input. */
  endInput(): void;
}

/** Starts a program. */
export function startProgram([command = "", ...args]: readonly string[]): Program {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(child, "exit");
  // A text is a line; bytes go as they are.
  const talk = new Talk((text) => child.stdin.write(typeof text === "string" ? `${text}\n` : text));
  let begun = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    const lines = `${begun}${piece}`.split("\n");
    begun = lines.pop() ?? "";
    for (const line of lines) talk.hear(line);
  });
  exited.then(() => talk.over());
  return {
    talk,
    exited,
    endInput: () => child.stdin.end(),
    async stop() {
      await talk.ask({ cmd: "bye" });
      await exited;
    },
  };
}
