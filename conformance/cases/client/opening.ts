/** Cases on what a client shows of its connections, and on the gates that all others need. */
import { clientCase } from "../../client-case.ts";

/** Gate: without an open connection nothing can be judged. */
export const opens = clientCase({
  id: "client-opening/open",
  title: "opens a connection, and shows that it is open",
  covers: ["CORE-C1a"],
  transport: "ws",
  lane: "gate",
  needs: [],
  async run({ open, judging }) {
    judging("CORE-C1a");
    const client = await open();
    const attempt = await client.attempt();
    attempt.accept();
    await client.shows("open");
  },
});
