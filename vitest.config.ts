import { defineConfig } from "vitest/config";

/** Each tries hundreds of shams at once, and has the machine for itself. */
const shams = ["faults", "oddities", "client-faults", "client-oddities"].map((name) => {
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
          exclude: ["dist/**", "**/node_modules/**", ...shams],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: "shams", include: shams, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
