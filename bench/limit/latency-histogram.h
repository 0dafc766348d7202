/* Latencies in buckets: one a microsecond up to 64, from there 64 to each doubling: none is more than 1.6 % wide. */
#include <stdint.h>

enum { BUCKETS = 64 * 58 };

static int64_t latency_counts[BUCKETS], latency_total;

static void record_latency(int64_t us) {
  if (us < 0) us = 0;
  int shift = us < 64 ? 0 : 57 - __builtin_clzll((unsigned long long)us);
  latency_counts[us < 64 ? us : (shift + 1) * 64 + (us >> shift) - 64]++;
  latency_total++;
}

static double latency_percentile_ms(double percent) {
  int64_t wanted = (int64_t)((double)latency_total * percent / 100), seen = 0;
  for (int64_t i = 0; i < BUCKETS; i++) {
    seen += latency_counts[i];
    if (seen > wanted) return (double)(i < 64 ? i : (i % 64 + 64) << (i / 64 - 1)) / 1000;
  }
  return 0;
}
