/** Oddities of the adapter: when its lines come, and what else is in them. */
import type { Oddity } from "../oddities.ts";
import type { Client, EventName, Told } from "../steps.ts";
import { after } from "../timing.ts";

export const adapterOddities = {
  "answers.slow": {
    description: "Each answer comes 200 ms late; reports come at once.",
    steps: (plain, room) => ({
      answer(id, answer) {
        after(200, () => plain.answer(id, answer));
      },
      onBye: () => void after(250, () => room.exit(0)),
    }),
  },
  "commands.slow": {
    description: "Each command is carried out 100 ms late.",
    steps: (plain) => ({ onCommand: (id, command) => void after(100, () => plain.onCommand(id, command)) }),
  },
  "reports.in-bursts": {
    description: "The lines of 50 ms are written at once.",
    steps: (_, room) => {
      let waiting = "";
      return {
        writeLine(line) {
          if (waiting === "")
            after(50, () => {
              room.output(waiting);
              waiting = "";
            });
          waiting += `${JSON.stringify(line)}\n`;
        },
        onBye: () => void after(100, () => room.exit(0)),
      };
    },
  },
  "reports.in-pieces": {
    description: "Each line is written in pieces of 7 characters.",
    steps: (_, room) => ({
      writeLine(line) {
        for (const [piece] of `${JSON.stringify(line)}\n`.matchAll(/.{1,7}/gsu)) room.output(piece);
      },
    }),
  },
  "reports.with-further-members": {
    description: "Answers and reports have further members, before and behind the others.",
    steps: (plain) => ({ writeLine: (line) => plain.writeLine({ at: Date.now(), ...line, x: { more: [null] } }) }),
  },
  "reports.spread-out": {
    description: "There is space within each line, and a CR at its end.",
    steps: (_, room) => ({
      writeLine: (line) => room.output(` ${JSON.stringify(line, null, 1).replaceAll(/\n\s*/g, " ")} \r\n`),
    }),
  },
  "reports.escaped": {
    description: "Characters that are not ASCII are written as escapes.",
    steps: (_, room) => ({
      writeLine(line) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are all that is kept.
        const text = JSON.stringify(line).replaceAll(/[^\u0000-\u007f]/g, (unit) => {
          return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
        });
        room.output(`${text}\n`);
      },
    }),
  },
  "reports.a-turn-later": {
    description: "Reports come in the next turn of the event loop, behind the answer to the command that caused them.",
    steps: (plain) => ({
      report(client: Client, event: EventName, told?: Told) {
        setImmediate(() => plain.report(client, event, told));
      },
    }),
  },
  "reports.open-before-state": {
    description: "That a connection is open is shown before the state that it leads to.",
    steps: (plain) => {
      let states: (() => void)[] = [];
      return {
        onOpen(connection) {
          states = [];
          plain.onOpen(connection);
        },
        report(client, event, told) {
          if (event === "state" && told?.data === "open") states.push(() => plain.report(client, event, told));
          else plain.report(client, event, told);
          if (event === "open") for (const show of states.splice(0)) show();
        },
      };
    },
  },
  "stderr.chatty": {
    description: "There is free text on standard error.",
    steps: (plain) => ({
      onCommand(id, command) {
        process.stderr.write(`command ${id}: {"id":${id},"ok":false}\n`);
        plain.onCommand(id, command);
      },
    }),
  },
  "options.none": {
    description: "No option of `open` can be set.",
    claims: ["core-ws", "core-sse"],
    options: [],
    steps: () => ({}),
  },
} satisfies { readonly [name: string]: Oddity };
