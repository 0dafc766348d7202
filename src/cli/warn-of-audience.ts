/** Says whom else a run reaches. */

const THIS_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Notes on stderr each host, other than this machine, whose users will see what is published. */
export function warnOfAudience(addresses: readonly (string | undefined)[]): void {
  const hosts = new Set<string>();
  for (const address of addresses) {
    if (address !== undefined) hosts.add(new URL(address.replaceAll("{port}", "1")).hostname);
  }
  for (const host of hosts) {
    if (!THIS_MACHINE.test(host)) {
      console.error(`Note: everybody who is connected to ${host} will see the messages of this run.`);
    }
  }
}
