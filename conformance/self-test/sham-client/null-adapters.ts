/** Adapters that drive no client: none of them conforms, and none may make the kit hang. */
import type { Client, Override } from "./steps.ts";
import { after, every } from "./timing.ts";

export interface NullAdapter {
  readonly description: string;
  readonly steps: Override;
}

/** Answers `hello` as the plain one does, and what comes then in its own way. */
const afterHello =
  (onCommand: (id: number) => void): Override =>
  (plain) => ({
    onCommand(id, command) {
      if (command.cmd === "hello") plain.onCommand(id, command);
      else onCommand(id);
    },
  });

const all = {
  "null.silent": {
    description: "Answers nothing.",
    steps: () => ({ onCommand() {} }),
  },
  "null.exits-at-once": {
    description: "Exits before it is asked anything.",
    steps: (_, room) => {
      room.exit(0);
      return {};
    },
  },
  "null.fails-at-once": {
    description: "Exits with status 1, and words on standard error.",
    steps: (_, room) => {
      process.stderr.write("SyntaxError: Unexpected end of input\n");
      room.exit(1);
      return {};
    },
  },
  "null.crashes-after-hello": {
    description: "Answers `hello`, and exits with status 1.",
    steps: (plain, room) => ({
      onCommand(id, command) {
        plain.onCommand(id, command);
        if (command.cmd === "hello") room.exit(1);
      },
    }),
  },
  "null.crashes-at-the-first-open": {
    description: "Exits with status 1 at the first `open`.",
    steps: (plain, room) => ({
      onCommand(id, command) {
        if (command.cmd === "open") room.exit(1);
        plain.onCommand(id, command);
      },
    }),
  },
  "null.garbage": {
    description: "Answers everything with a line that is not JSON.",
    steps: (_, room) => ({ onCommand: () => room.output("Hello, how can I help you?\n") }),
  },
  "null.garbage-after-hello": {
    description: "Answers `hello`, and all else with bytes that are not even text.",
    steps: (plain, room) => afterHello(() => room.output("\u0000\ufffd{]\n"))(plain, room),
  },
  "null.hello-without-transports": {
    description: "Says hello, and speaks no transport.",
    steps: (plain) => ({ hello: () => ({ ...plain.hello(), transports: [] }) }),
  },
  "null.obliging": {
    description: "Answers everything with `ok`, and does nothing.",
    steps: (plain, room) => afterHello((id) => plain.answer(id, { ok: true, status: "sent" }))(plain, room),
  },
  "null.unable": {
    description: "Answers everything but `hello` with `unsupported`.",
    steps: (plain, room) => afterHello((id) => plain.answer(id, { ok: false, error: "unsupported" }))(plain, room),
  },
  "null.lies": {
    description: "Reports connections and messages that never were, and connects to nobody.",
    steps: (plain, room) => ({
      dial(client) {
        client.connectTimer?.cancel();
        plain.setState(client, "open");
        plain.report(client, "open");
        after(50, () => plain.report(client, "message", { data: { text: "hello" } }));
      },
      send(client, data) {
        after(10, () => plain.report(client, "message", { data }));
        return "sent";
      },
      close(client) {
        plain.report(client, "close");
        room.steps.setState(client, "closed");
      },
    }),
  },
  "null.hangs-at-open": {
    description: "Never answers `open`, and does nothing more.",
    steps: hangsAt("open"),
  },
  "null.hangs-at-close": {
    description: "Never answers `close`, and does nothing more.",
    steps: hangsAt("close"),
  },
  "null.hangs-at-bye": {
    description: "Answers `bye`, and does not exit.",
    steps: () => ({ onBye() {} }),
  },
  "null.exits-before-bye": {
    description: "Exits with status 0 at the third command behind `hello`.",
    steps: (plain, room) => {
      let commands = 0;
      return {
        onCommand(id, command) {
          commands += 1;
          if (commands > 3) room.exit(0);
          plain.onCommand(id, command);
        },
      };
    },
  },
  "null.gaps-in-seq": {
    description: "Every second report is left out, and its number with it.",
    steps: (plain) => ({
      writeLine(line) {
        if (!("seq" in line) || Number(line.seq) % 2 === 0) plain.writeLine(line);
      },
    }),
  },
  "null.seq-stands-still": {
    description: "Each report has the number 1.",
    steps: (plain) => ({ writeLine: (line) => plain.writeLine("seq" in line ? { ...line, seq: 1 } : line) }),
  },
  "null.wrong-ids": {
    description: "Answers have the ids of other commands.",
    steps: (plain) => ({ answer: (id, answer) => plain.answer(id + 100, answer) }),
  },
  "null.answers-twice": {
    description: "Each command is answered twice.",
    steps: (plain) => ({
      answer(id, answer) {
        plain.answer(id, answer);
        plain.answer(id, answer);
      },
    }),
  },
  "null.reports-of-strangers": {
    description: "Reports are of clients that nobody opened.",
    steps: (plain) => ({
      report: (client, event, told) => plain.report({ ...client, name: `not-${client.name}` } as Client, event, told),
    }),
  },
  "null.unknown-reports": {
    description: "Reports are of kinds that the protocol does not have.",
    steps: (plain) => ({ writeLine: (line) => plain.writeLine("seq" in line ? { ...line, event: "happened" } : line) }),
  },
  "null.floods": {
    description: "Writes reports as fast as they are read.",
    steps: (plain, room) => ({
      onOpen(connection) {
        plain.onOpen(connection);
        every(1, () => {
          for (let n = 0; n < 1000; n += 1) room.steps.report(connection.client, "message", { data: { n } });
        });
      },
    }),
  },
  "null.endless-line": {
    description: "Answers `open` with a line that has no end.",
    steps: (plain, room) => ({
      onCommand(id, command) {
        if (command.cmd !== "open") return plain.onCommand(id, command);
        every(1, () => room.output("x".repeat(10_000)));
      },
    }),
  },
} satisfies { readonly [name: string]: NullAdapter };

export type NullAdapterName = keyof typeof all;

export const nullAdapters: { readonly [name in NullAdapterName]: NullAdapter } = all;

/** Answers nothing from the first such command on. */
function hangsAt(cmd: string): Override {
  return (plain) => {
    let hangs = false;
    return {
      onCommand(id, command) {
        hangs ||= command.cmd === cmd;
        if (!hangs) plain.onCommand(id, command);
      },
    };
  };
}
