/** How busy this process is. */
export class CpuMeter {
  readonly #start = performance.now();
  readonly #cpu = process.cpuUsage();

  /** CPU since it was made, in percent of one core. */
  percent(): number {
    const { user, system } = process.cpuUsage(this.#cpu);
    return (user + system) / 10 / (performance.now() - this.#start);
  }
}
