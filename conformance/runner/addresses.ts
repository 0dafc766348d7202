/** Where a subject is reached, what its addresses claim, and what a claim needs. */
import type { Profile } from "../../spec/rules.ts";
import { UsageError } from "../usage-error.ts";

/** Where the subject is reached, by what is spoken there. */
export interface Addresses {
  ws?: URL;
  sse?: URL;
  publish?: URL;
}

/** @throws UsageError where an address is none, or there is none to see the server at. */
export function addressesOf(subject: { readonly [name in keyof Addresses]?: string | undefined }): Addresses {
  const addresses: Addresses = {};
  for (const name of ["ws", "sse", "publish"] as const) {
    const text = subject[name];
    if (text === undefined) continue;
    const [plain, secure] = name === "ws" ? ["ws", "wss"] : ["http", "https"];
    if (!URL.canParse(text) || ![`${plain}:`, `${secure}:`].includes(new URL(text).protocol)) {
      throw new UsageError(
        `The subject's ${name} is "${text}": it takes a URL that begins with ${plain}:// or ${secure}://.`,
      );
    }
    addresses[name] = new URL(text);
  }
  if (addresses.ws === undefined && addresses.sse === undefined) {
    throw new UsageError(
      addresses.publish === undefined
        ? "The subject has no address: it takes ws, sse or both."
        : "The subject has an address to publish to, and none to see what comes of it: it takes ws or sse, too.",
    );
  }
  return addresses;
}

/** What a subject claims that says nothing else: the profiles of its addresses. To bridge them is a claim of its own. */
export function profilesOf({ ws, sse, publish }: Addresses): Profile[] {
  return [
    ...(ws === undefined ? [] : (["core-ws"] as const)),
    ...(sse === undefined ? [] : (["core-sse"] as const)),
    ...(publish === undefined ? [] : (["publish"] as const)),
  ];
}

/** @throws UsageError where a profile is claimed without the addresses that it is about. */
export function checkAddresses(profile: Profile, addresses: Addresses): void {
  const needed: { [profile in Profile]?: readonly (keyof Addresses)[] } = {
    "core-ws": ["ws"],
    "core-sse": ["sse"],
    publish: ["publish"],
    bridge: ["ws", "sse"],
  };
  const missing = needed[profile]?.filter((name) => addresses[name] === undefined) ?? [];
  if (missing.length === 0) return;
  const options = missing.map((name) => `--${name} URL`).join(" and ");
  throw new UsageError(`The profile ${profile} can't be judged without ${options}.`);
}
