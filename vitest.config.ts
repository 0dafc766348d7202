import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["spec/**/*.test.ts", "src/**/*.test.ts", "conformance/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: ["dist/**", "**/node_modules/**"],
    // Real sockets and child processes on a machine that may be busy: a test that hangs is still ended.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Most of the self-test waits for what does not come.
    maxConcurrency: 8,
  },
});
