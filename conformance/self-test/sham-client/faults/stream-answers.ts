/** Faults in what is made of the answer to the request for a stream. */
import type { Fault } from "../faults.ts";
import type { Override } from "../steps.ts";

const stops = { goesOn: false, state: "failed" } as const;

/** Gives up, or goes on, after answers with such a status; 0 stands for no answer. */
const after =
  (statuses: readonly number[], goesOn: boolean): Override =>
  (plain) => ({
    planAfter(client, ending) {
      const plan = plain.planAfter(client, ending);
      const failed = client.transport === "sse" && ending.how === "failed";
      if (!failed || !statuses.includes(ending.response?.status ?? 0)) return plan;
      return goesOn ? { goesOn: true } : stops;
    },
  });

/** Takes answers of these media types for streams. */
const takesType =
  (test: (type: string) => boolean): Override =>
  (plain) => ({
    onSubscribed(connection, response) {
      const type = response.headers.get("content-type") ?? "";
      const headers = test(type)
        ? new Map(response.headers).set("content-type", "text/event-stream")
        : response.headers;
      plain.onSubscribed(connection, { ...response, headers });
    },
  });

/** Takes no answers of these media types for streams. */
const refusesType =
  (test: (type: string) => boolean): Override =>
  (plain) => ({
    onSubscribed(connection, response) {
      const type = response.headers.get("content-type") ?? "";
      const headers = test(type) ? new Map(response.headers).set("content-type", "") : response.headers;
      plain.onSubscribed(connection, { ...response, headers });
    },
  });

/** Takes these statuses for one that is no redirect. */
const followsNot =
  (...statuses: readonly number[]): Override =>
  (plain) => ({
    onSubscribed(connection, response) {
      if (!statuses.includes(response.status)) return plain.onSubscribed(connection, response);
      const reason = `the answer has status ${response.status}`;
      return plain.fail(connection, { how: "failed", reason, response });
    },
  });

export const streamAnswerFaults = {
  // SSE-C3b
  "status.any-with-the-media-type": {
    breaks: "SSE-C3b",
    description: "An answer of the media type is read as a stream, whatever its status.",
    steps: (plain) => ({
      onSubscribed(connection, response) {
        const isStream = response.status >= 400 && response.headers.get("content-type") === "text/event-stream";
        plain.onSubscribed(connection, isStream ? { ...response, status: 200 } : response);
      },
    }),
  },
  "status.stops-at-503": {
    breaks: "SSE-C3b",
    description: "No request is made after an answer with status 503.",
    steps: after([503], false),
  },
  "status.stops-at-5xx": {
    breaks: "SSE-C3b",
    description: "No request is made after an answer with status 500, 502, 503 or 504.",
    steps: after([500, 502, 503, 504], false),
  },
  "status.stops-at-502": {
    breaks: "SSE-C3b",
    description: "No request is made after an answer with status 502.",
    steps: after([502], false),
  },
  "status.stops-at-429": {
    breaks: "SSE-C3b",
    description: "No request is made after an answer with status 429.",
    steps: after([429], false),
  },
  "status.stops-at-a-network-error": {
    breaks: "SSE-C3b",
    description: "No request is made after one that nobody answered.",
    steps: after([0], false),
  },

  // SSE-C3c
  "status.goes-on-at-401": {
    breaks: "SSE-C3c",
    description: "Requests are made after an answer with status 401.",
    steps: after([401], true),
  },
  "status.goes-on-at-403": {
    breaks: "SSE-C3c",
    description: "Requests are made after an answer with status 403.",
    steps: after([403], true),
  },
  "status.goes-on-at-404": {
    breaks: "SSE-C3c",
    description: "Requests are made after an answer with status 404.",
    steps: after([404], true),
  },
  "status.goes-on-at-4xx": {
    breaks: "SSE-C3c",
    description: "Requests are made after an answer with any status from 400 to 499.",
    steps: after([400, 401, 403, 404, 405, 410], true),
  },

  // SSE-C4
  "type.page-shown": {
    breaks: "SSE-C4",
    description: "An answer is read as a stream whatever its media type.",
    steps: takesType(() => true),
  },
  "type.any-text-shown": {
    breaks: "SSE-C4",
    description: "An answer is read as a stream if its media type is any of `text`.",
    steps: takesType((type) => type.startsWith("text/")),
  },
  "type.none-shown": {
    breaks: "SSE-C4",
    description: "An answer without a media type is read as a stream.",
    steps: takesType((type) => type === ""),
  },
  "type.longer-shown": {
    breaks: "SSE-C4",
    description: "An answer is read as a stream if `text/event-stream` is anywhere in its media type.",
    steps: takesType((type) => type.includes("text/event-stream")),
  },

  // SSE-C5
  "redirect.not-followed": {
    breaks: "SSE-C5",
    description: "Redirects are not followed.",
    steps: followsNot(301, 302, 307, 308),
  },
  "redirect.307-308-not-followed": {
    breaks: "SSE-C5",
    description: "Redirects with status 307 or 308 are not followed.",
    steps: followsNot(307, 308),
  },
  "redirect.308-not-followed": {
    breaks: "SSE-C5",
    description: "Redirects with status 308 are not followed.",
    steps: followsNot(308),
  },
  "redirect.301-not-followed": {
    breaks: "SSE-C5",
    description: "Redirects with status 301 are not followed.",
    steps: followsNot(301),
  },
  "redirect.query-lost": {
    breaks: "SSE-C5",
    description: "The query of the address in `Location` is lost.",
    steps: (plain) => ({
      onSubscribed(connection, response) {
        const location = response.headers.get("location");
        const headers = new Map(response.headers);
        if (location !== undefined) headers.set("location", location.split("?")[0] ?? "");
        plain.onSubscribed(connection, { ...response, headers });
      },
    }),
  },

  // SSE-C7
  "type.in-lower-case-only": {
    breaks: "SSE-C7",
    description: "An answer is no stream if its media type has a capital letter.",
    steps: refusesType((type) => /[A-Z]/.test(type.split(";")[0] ?? "")),
  },
  "type.charset-alone": {
    breaks: "SSE-C7",
    description: "An answer is no stream if its media type has a parameter that is not `charset`.",
    steps: refusesType((type) => /;(?! *charset=[^;]*$)/i.test(type)),
  },
} satisfies { readonly [name: string]: Fault };
