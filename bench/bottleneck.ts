/** Who is in the way when a server does no more. */

/** A process that uses more of a core, in percent, is at its limit. */
const BUSY_PERCENT = 90;

/** CPU time, in percent of a core; a server's is not always known. */
export interface CpuUse {
  generatorCpuPercent?: number | undefined;
  serverCpuPercent?: number | undefined;
}

/** Whether the server is at its limit: it is its own bottleneck then, however busy the generator is. */
export function serverIsBusy({ serverCpuPercent = 0 }: CpuUse): boolean {
  return serverCpuPercent > BUSY_PERCENT;
}

/** Whether the generator is at its limit, and the server is not, as far as is known. */
export function generatorIsBottleneck(use: CpuUse): boolean {
  return !serverIsBusy(use) && (use.generatorCpuPercent ?? 0) > BUSY_PERCENT;
}
