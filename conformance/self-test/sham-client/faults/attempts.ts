/** Faults in having more than one attempt or connection. */
import type { Fault } from "../faults.ts";
import type { Client, Override, Room, Steps } from "../steps.ts";
import { after } from "../timing.ts";

/** Makes another attempt, whatever there is already. */
function another(plain: Steps, client: Client): void {
  plain.dial(client, new URL(plain.address(client)));
}

export const attemptFaults = {
  // RECON-2b
  "two.connect-opens-another": {
    breaks: "RECON-2b",
    description: "To connect what is connected opens a second connection.",
    steps: (plain) => ({
      connect(client) {
        if (client.state === "open") another(plain, client);
        else plain.connect(client);
      },
    }),
  },
  "two.error-and-close": {
    breaks: "RECON-2b",
    description: "A loss is heard of twice, by an error and by an end, and each makes an attempt.",
    steps: twiceAfter("onLost"),
  },
  "two.after-a-failure": {
    breaks: "RECON-2b",
    description: "Each attempt that fails is followed by two at once.",
    steps: twiceAfter("fail"),
  },
  "two.when-online": {
    breaks: "RECON-2b",
    description: "When the network is back another connection is opened beside the one that is open or under way.",
    steps: (plain) => ({
      onEnvironment(client, change) {
        if (change.online && client.connection !== undefined) another(plain, client);
        else plain.onEnvironment(client, change);
      },
    }),
  },
  "two.when-it-takes-too-long": {
    breaks: "RECON-2b",
    description: "An attempt that takes too long is left alone, and another is made beside it.",
    steps: (plain) => ({
      onConnectTimeout(client) {
        const { connection } = client;
        if (connection?.state !== "connecting") return;
        client.connection = undefined;
        plain.report(client, "error", { data: "it took too long" });
        client.failures += 1;
        const ending = { how: "failed", reason: "it took too long" } as const;
        plain.follow(client, plain.planAfter(client, ending), ending);
      },
      fail(connection, ending) {
        if (connection.client.connection === connection) plain.fail(connection, ending);
      },
    }),
  },
} satisfies { readonly [name: string]: Fault };

/** The attempt after such an ending is made twice. */
function twiceAfter(step: "onLost" | "fail"): Override {
  return (plain: Steps, _: Room) => {
    const twice = new WeakSet<Client>();
    return {
      [step](...[connection, ending]: Parameters<Steps["fail"]>) {
        twice.add(connection.client);
        plain[step](connection, ending);
      },
      attempt(client) {
        plain.attempt(client);
        if (twice.delete(client)) after(0, () => another(plain, client));
      },
    };
  };
}
