/** Faults in what a client shows of its connections and attempts. */
import type { Fault } from "../faults.ts";
import { hides, together } from "../overriding.ts";
import { counter } from "../per-key.ts";
import type { Client, Override } from "../steps.ts";

/** As programs get it that know no states. */
const withoutStates = (override: Override) => together(hides("state"), override);

const core = ["core-ws", "core-sse"] as const;

/** Shows the error of an attempt that failed only where `test` holds. */
const showsError = (test: (client: Client, status: number | undefined) => boolean): Override =>
  withoutStates((plain) => {
    let hidden = false;
    return {
      fail(connection, ending) {
        hidden = !test(connection.client, ending.response?.status);
        plain.fail(connection, ending);
        hidden = false;
      },
      report(client, event, told) {
        if (event !== "error" || !hidden) plain.report(client, event, told);
      },
    };
  });

const onlyFirst = (event: "open" | "close"): Override =>
  withoutStates((plain, room) => {
    const count = counter<Client>();
    return hides(event, (_, client) => count(client) > 1)(plain, room);
  });

export const showingFaults = {
  // C1a
  "open.not-shown": {
    breaks: "CORE-C1a",
    description: "That a connection is open is not shown.",
    claims: core,
    steps: withoutStates(hides("open")),
  },
  "open.shown-once": {
    breaks: "CORE-C1a",
    description: "Only the first connection that opens is shown.",
    claims: core,
    steps: onlyFirst("open"),
  },
  "open.shown-with-the-first-message": {
    breaks: "CORE-C1a",
    description: "That a connection is open is shown when the first message comes.",
    claims: core,
    steps: withoutStates((plain) => {
      const shown = new WeakSet<object>();
      return {
        report(client, event, told) {
          if (event === "open") return;
          const { connection } = client;
          if (event === "message" && connection !== undefined && !shown.has(connection)) {
            shown.add(connection);
            plain.report(client, "open");
          }
          plain.report(client, event, told);
        },
      };
    }),
  },

  // C1b
  "error.not-shown": {
    breaks: "CORE-C1b",
    description: "No error is shown after an attempt that failed.",
    claims: core,
    steps: showsError(() => false),
  },
  "error.of-the-first-attempt-not-shown": {
    breaks: "CORE-C1b",
    description: "The error of the first attempt is not shown: nobody listens yet.",
    claims: core,
    steps: showsError(({ attempts }) => attempts > 1),
  },
  "error.not-shown-where-nobody-listens": {
    breaks: "CORE-C1b",
    description: "An error is shown only where there was an answer, not where no TCP connection came about.",
    claims: core,
    steps: showsError((_, status) => status !== undefined),
  },
  "error.not-shown-of-an-answer": {
    breaks: "CORE-C1b",
    description: "An error is shown only where no TCP connection came about, not where the answer was a refusal.",
    claims: core,
    steps: showsError((_, status) => status === undefined),
  },

  // C1c
  "close.not-shown": {
    breaks: "CORE-C1c",
    description: "That a connection is over is not shown.",
    claims: core,
    steps: withoutStates(hides("close")),
  },
  "close.shown-only-with-a-close-frame": {
    breaks: "CORE-C1c",
    description: "That a connection is over is shown only if there was a Close frame.",
    claims: core,
    steps: withoutStates((plain) => {
      let hidden = false;
      return {
        onLost(connection, ending) {
          hidden = ending.code === undefined;
          plain.onLost(connection, ending);
          hidden = false;
        },
        report(client, event, told) {
          if (event !== "close" || !hidden) plain.report(client, event, told);
        },
      };
    }),
  },
  "close.shown-once": {
    breaks: "CORE-C1c",
    description: "Only the end of the first connection is shown.",
    claims: core,
    steps: onlyFirst("close"),
  },
} satisfies { readonly [name: string]: Fault };
