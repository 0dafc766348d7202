/** The program of a generator: what it is asked over its channel it does, and answers. */
import { LoadGenerator } from "./load-generator.ts";
import { type CommandName, checked, commands, ToGenerator } from "./protocol.ts";

const generator = new LoadGenerator();
const say = (message: object) => process.send?.(message);
generator.onProgress = (progress) => say({ kind: "progress", ...progress });

process.on("message", async (message) => {
  const { id, command, asked } = checked(ToGenerator, message);
  try {
    if (!Object.hasOwn(commands, command)) throw new TypeError(`there is no command ${command}`);
    const name = command as CommandName;
    const carryOut = generator[name].bind(generator) as (asked: unknown) => unknown;
    say({ kind: "answer", id, answer: await carryOut(checked(commands[name].asks, asked)) });
  } catch (error) {
    say({ kind: "failure", id, reason: (error as Error).message });
  }
});
// Whoever asked is gone.
process.on("disconnect", () => process.exit(0));
// Ctrl-C goes to all processes of a terminal: the benchmark ends, and this with it.
process.on("SIGINT", () => {});
