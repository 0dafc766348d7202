/** What a server says unasked: CORE-S8. */
import { CoreLimits } from "../../../spec/limits.ts";
import { serverCase } from "../../case.ts";
import { nothingCame } from "../../expect.ts";

export const afterOpening = serverCase({
  id: "silence/after-opening",
  title: "sends nothing unasked after the handshake",
  covers: ["CORE-S8"],
  lane: "alone",
  async run({ open, quietFor, judging }) {
    const alice = await open("alice");

    judging("CORE-S8");
    await quietFor(CoreLimits.silenceAfterOpeningMs);
    nothingCame([alice]);
  },
});
