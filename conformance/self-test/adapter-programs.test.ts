import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { Hello } from "../adapter/protocol.ts";
import { members, ODD, PYTHON } from "./adapters/members.ts";
import { startProgram } from "./adapters/program.ts";

const template = fileURLToPath(new URL("../../docs/examples/adapter_template.py", import.meta.url));
const programs = [
  ...members.filter(({ program }) => program !== undefined),
  {
    name: "nothing, the template",
    program: [PYTHON, template],
    missing: spawnSync(PYTHON, ["--version"]).status !== 0 && `needs ${PYTHON}`,
  },
];
describe.each(programs)("the adapter of $name, as a program", ({ program = [], missing }) => {
  if (typeof missing === "string") {
    it.skip(`is left out: ${missing}`, () => {});
    return;
  }

  it("takes two commands in one piece, and one in two", async () => {
    const { talk, stop } = startProgram(program);
    const [first, second] = [talk.prepare({ cmd: "dance" }), talk.prepare({ cmd: "hello" })];
    const third = talk.prepare({ cmd: "send", client: ODD.text, data: {} });
    const bytes = Buffer.from(`${first.text}\n${second.text}\n${third.text}\n`);
    // In the midst of a character.
    const cut = bytes.indexOf("\u2028") + 1;
    talk.write(bytes.subarray(0, cut));
    expect(await first.answer).toMatchObject({ ok: false });
    expect([...Compile(Hello).Errors(await second.answer)]).toEqual([]);
    talk.write(bytes.subarray(cut));

    expect(await third.answer).toMatchObject({ ok: false, error: expect.stringContaining(ODD.text) });
    await stop();
  });

  it("exits with 0 after bye", async () => {
    const { talk, exited } = startProgram(program);
    expect(await talk.ask({ cmd: "bye" })).toMatchObject({ ok: true });
    expect(await exited).toEqual([0, null]);
  });

  it("exits when its standard input ends", async () => {
    const { exited, endInput } = startProgram(program);
    endInput();
    expect(await exited).toEqual([0, null]);
  });
});
