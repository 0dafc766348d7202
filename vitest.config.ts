import { defineConfig } from "vitest/config";

/** Each keeps both cores busy, by hundreds of shams or by a browser of many pages, and has the machine for itself. */
const crowds = ["faults", "oddities", "client-faults", "client-oddities", "real-clients"].map((name) => {
  return `conformance/self-test/${name}.test.ts`;
});

export default defineConfig({
  test: {
    // Real sockets and child processes on a machine that may be busy: a test that hangs is still ended.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Most of the self-test waits for what does not come.
    maxConcurrency: 8,
    projects: [
      {
        extends: true,
        test: {
          name: "all else",
          include: ["spec/**/*.test.ts", "src/**/*.test.ts", "conformance/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: ["dist/**", "**/node_modules/**", ...crowds],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: "crowds", include: crowds, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
