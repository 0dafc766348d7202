/** Faults in the states that a client shows. */
import type { Fault } from "../faults.ts";
import { hides } from "../overriding.ts";
import type { Client, Override, State } from "../steps.ts";
import { after } from "../timing.ts";

/** Shows other states than the one that the client has come to; it goes by the true one. */
const shows =
  (change: (state: State, client: Client) => readonly string[]): Override =>
  (plain) => ({
    report(client, event, told) {
      if (event !== "state") return plain.report(client, event, told);
      for (const data of change(told?.data as State, client)) plain.report(client, "state", { data });
    },
  });

const never = (state: State) => hides("state", ({ data }) => data === state);

export const stateFaults = {
  // RECON-12a
  "state.never-shown": {
    breaks: "RECON-12a",
    description: "States are not shown.",
    steps: hides("state"),
  },
  "state.waiting-not-shown": {
    breaks: "RECON-12a",
    description: "The state `waiting` is not shown.",
    steps: never("waiting"),
  },
  "state.connecting-not-shown": {
    breaks: "RECON-12a",
    description: "The state `connecting` is not shown.",
    steps: never("connecting"),
  },
  "state.closed-not-shown": {
    breaks: "RECON-12a",
    description: "The state `closed` is not shown.",
    steps: never("closed"),
  },
  "state.failed-not-shown": {
    breaks: "RECON-12a",
    description: "The state `failed` is not shown.",
    steps: never("failed"),
  },
  "state.in-other-words": {
    breaks: "RECON-12a",
    description: "The state `waiting` is called `reconnecting`.",
    steps: shows((state) => [state === "waiting" ? "reconnecting" : state]),
  },
  "state.in-capitals": {
    breaks: "RECON-12a",
    description: "States are shown in capital letters.",
    steps: shows((state) => [state.toUpperCase()]),
  },

  // RECON-12b
  "state.shown-twice": {
    breaks: "RECON-12b",
    description: "Each state is shown twice.",
    steps: shows((state) => [state, state]),
  },
  "state.open-with-each-message": {
    breaks: "RECON-12b",
    description: "The state `open` is shown again with each message that comes.",
    steps: (plain) => ({
      onText(connection, text) {
        plain.onText(connection, text);
        plain.report(connection.client, "state", { data: connection.client.state });
      },
    }),
  },
  "state.closed-with-each-close": {
    breaks: "RECON-12b",
    description: "The state `closed` is shown again when the program closes what is closed.",
    steps: (plain) => ({
      close(client) {
        if (client.state === "closed") plain.report(client, "state", { data: "closed" });
        plain.close(client);
      },
    }),
  },

  // RECON-12c
  "state.waiting-to-open": {
    breaks: "RECON-12c",
    description: "After a delay the client goes from `waiting` to `open`.",
    steps: (plain) => {
      const waited = new WeakSet<Client>();
      return {
        report(client, event, told) {
          if (event === "state" && told?.data === "waiting") waited.add(client);
          const skipped = event === "state" && told?.data === "connecting" && waited.has(client);
          if (!skipped) plain.report(client, event, told);
        },
      };
    },
  },
  "state.open-to-connecting": {
    breaks: "RECON-12c",
    description: "After a loss the client goes from `open` to `connecting`, and to `waiting` then.",
    steps: shows((state, { connection, failures }) =>
      state === "waiting" && connection === undefined && failures === 0 ? ["connecting", "waiting"] : [state],
    ),
  },
  "state.open-to-idle": {
    breaks: "RECON-12c",
    description: "After a loss the client is `idle` for a moment.",
    steps: shows((state, { failures }) => (state === "waiting" && failures === 0 ? ["idle", state] : [state])),
  },
  "state.failed-to-waiting": {
    breaks: "RECON-12c",
    description: "An attempt that fails leads to `failed`, and to `waiting` then.",
    steps: shows((state, { failures }) => (state === "waiting" && failures > 0 ? ["failed", state] : [state])),
  },
  "state.closed-to-idle": {
    breaks: "RECON-12c",
    description: "When the program closes it the client goes to `closed`, and to `idle` then.",
    steps: shows((state) => (state === "closed" ? [state, "idle"] : [state])),
  },

  // RECON-12d
  "state.open-too-soon": {
    breaks: "RECON-12d",
    description: "The state `open` is shown when there is a TCP connection.",
    steps: (plain) => ({
      requestHeaders(connection) {
        plain.setState(connection.client, "open");
        return plain.requestHeaders(connection);
      },
    }),
  },
  "state.waiting-shown-late": {
    breaks: "RECON-12d",
    description: "The state `open` is left when the delay after it is over.",
    steps: showsWaitingLate(),
  },
  "state.failed-shown-as-closed": {
    breaks: "RECON-12d",
    description: "When it has given up the client shows `closed`.",
    steps: shows((state) => [state === "failed" ? "closed" : state]),
  },
  "state.closed-shown-as-failed": {
    breaks: "RECON-12d",
    description: "When the program closes it the client shows `failed`.",
    steps: shows((state) => [state === "closed" ? "failed" : state]),
  },
  "state.waiting-when-closed": {
    breaks: "RECON-12d",
    description: "When the program closes what is open the state is `waiting` for a fifth of a second.",
    steps: (plain) => ({
      close(client) {
        if (client.state === "open") plain.report(client, "state", { data: "waiting" });
        plain.close(client);
      },
      report(client, event, told) {
        if (event === "state" && told?.data === "closed") after(200, () => plain.report(client, event, told));
        else plain.report(client, event, told);
      },
    }),
  },
} satisfies { readonly [name: string]: Fault };

/** Shows `waiting` when it is all but over. */
function showsWaitingLate(): Override {
  return (plain) => ({
    report(client, event, told) {
      if (event !== "state" || told?.data !== "waiting") plain.report(client, event, told);
    },
    attempt(client) {
      if (client.state === "waiting") plain.report(client, "state", { data: "waiting" });
      plain.attempt(client);
    },
  });
}
