/*
 * A load generator of its own design, to hold `tidings bench` against: fan-out over WebSocket.
 *
 *   generator PORT SUBSCRIBERS WINDOW BYTES SECONDS [PATH]
 *   generator PORT SUBSCRIBERS RATE/s BYTES SECONDS [PATH]
 *
 * One more connection publishes. With a window the loop is closed: while fewer than WINDOW messages are on their way, it
 * sends the next. A message is on its way until all subscribers have it. With a rate the loop is open: it sends RATE
 * messages a second, whatever becomes of them, and latency counts from when a message should have been sent. Each
 * subscriber has to get each exactly once and in order; a run in which one does not has no figure. BYTES are of a
 * message's text, about 80 at least. Prints one line of JSON. Ends with 0 where all was right, 1 where not, 2 where nothing could be said. Says "counting" and "counted" on standard error at the very instants, so
 * that somebody else can look at the server's CPU time meanwhile.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "latency-histogram.h"

enum { READ_BYTES = 256 * 1024, MOST_OF_A_FRAME = 256 * 1024, MOST_WAITING = 64 << 20, MOST_EVENTS = 1024 };
enum { TEXT = 0x1, CLOSE = 0x8, PING = 0x9, PONG = 0xA, RUN_LENGTH = 16 };
enum { WARM_UP_US = 700000, PROBE_EVERY_US = 10000, READY_WITHIN_US = 20000000, PATIENCE_US = 2000000, LOOK_EVERY_MS = 5 };

struct connection {
  int socket;
  bool ready;          /* has had a message */
  int64_t next;        /* the sequence that has to come next */
  int64_t *missing;    /* those that were overtaken */
  size_t missing_count, missing_room;
  char *rest;          /* of a frame that has not come whole */
  size_t rest_length;
};

static struct connection *subscribers, publisher;
static int subscriber_count, window, message_bytes, ready, events_of;
static double rate; /* messages a second; 0 where the loop is closed */
static char run[RUN_LENGTH + 1], out[MOST_WAITING + 4096];
static size_t out_length;

static int64_t next_sequence, first_counted, first_sent_at, done;
static int64_t *sent_at, mask; /* sent_at and owed are rings */
static int *owed;              /* how many subscribers a message on its way has not reached */

static bool counting;
static int64_t deliveries, reads, duplicated, reordered, disconnected, last_delivery;

static void fail(const char *what) {
  fprintf(stderr, "generator: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
  exit(2);
}

static void *resize(void *from, size_t bytes) {
  void *to = realloc(from, bytes);
  if (!to) fail("realloc");
  return to;
}

static int64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static void delivered(int64_t sequence, int64_t now) {
  last_delivery = now;
  if (sequence < first_counted) return;
  if (counting) {
    deliveries++;
    record_latency(now - sent_at[sequence & mask]);
  }
  if (--owed[sequence & mask] == 0) done++;
}

/* What is not the next one. */
static void irregular(struct connection *subscriber, int64_t sequence, int64_t now) {
  if (sequence >= next_sequence) return;
  if (!subscriber->ready) {
    subscriber->ready = true;
    subscriber->next = sequence + 1;
    ready++;
    return;
  }
  for (; subscriber->next < sequence; subscriber->next++) {
    if (subscriber->missing_count == subscriber->missing_room) {
      subscriber->missing_room = subscriber->missing_room * 2 + 16;
      subscriber->missing = resize(subscriber->missing, subscriber->missing_room * sizeof(int64_t));
    }
    subscriber->missing[subscriber->missing_count++] = subscriber->next;
  }
  if (subscriber->next == sequence) {
    subscriber->next++;
    delivered(sequence, now);
    return;
  }
  for (size_t i = 0; i < subscriber->missing_count; i++) {
    if (subscriber->missing[i] != sequence) continue;
    subscriber->missing[i] = subscriber->missing[--subscriber->missing_count];
    reordered++;
    delivered(sequence, now);
    return;
  }
  duplicated++;
}

/* The name of the run has no digit in it, so the first digit behind it begins the sequence. */
static void read_message(struct connection *subscriber, const char *payload, size_t length, int64_t now) {
  static size_t place;
  const char *end = payload + length, *at = payload + place;
  if (place + RUN_LENGTH > length || memcmp(at, run, RUN_LENGTH) != 0) {
    at = memmem(payload, length, run, RUN_LENGTH);
    if (!at) return;
    place = (size_t)(at - payload);
  }
  at += RUN_LENGTH;
  while (at < end && (*at < '0' || *at > '9')) at++;
  int64_t sequence = 0;
  for (; at < end && *at >= '0' && *at <= '9'; at++) sequence = sequence * 10 + *at - '0';
  if (subscriber->ready && sequence == subscriber->next) {
    subscriber->next++;
    delivered(sequence, now);
  } else {
    irregular(subscriber, sequence, now);
  }
}

static size_t write_frame(char *to, int opcode, const char *payload, size_t length) {
  static const char key[4] = {'m', 'a', 's', 'k'};
  size_t at = 0;
  to[at++] = (char)(0x80 | opcode);
  to[at++] = (char)(0x80 | (length < 126 ? length : 126));
  if (length >= 126) to[at++] = (char)(length >> 8), to[at++] = (char)length;
  memcpy(to + at, key, 4), at += 4;
  for (size_t i = 0; i < length; i++) to[at++] = (char)(payload[i] ^ key[i % 4]);
  return at;
}

static void flush_out(void) {
  if (out_length == 0) return;
  ssize_t taken = send(publisher.socket, out, out_length, MSG_NOSIGNAL);
  if (taken < 0 && errno != EAGAIN) fail("the publisher's connection");
  if (taken > 0) {
    out_length -= (size_t)taken;
    memmove(out, out + taken, out_length);
  }
}

/* When the message is to be sent whose turn it is. */
static int64_t scheduled_at(void) { return first_sent_at + (int64_t)((double)(next_sequence - first_counted) * 1e6 / rate); }

static void publish(int count) {
  static char message[MOST_OF_A_FRAME];
  int64_t now = now_us();
  for (; count > 0; count--) {
    sent_at[next_sequence & mask] = rate > 0 ? scheduled_at() : now;
    int64_t sequence = next_sequence++;
    owed[sequence & mask] = subscriber_count;
    int length = snprintf(message, sizeof message, "{\"bench\":\"%s\",\"sequence\":%lld,\"sentAt\":%lld,\"pad\":\"",
                          run, (long long)sequence, (long long)now);
    int pad = message_bytes - length - 2;
    if (pad < 0) pad = 0;
    memset(message + length, 'x', (size_t)pad);
    memcpy(message + length + pad, "\"}", 2);
    length += pad + 2;
    if (out_length + (size_t)length > MOST_WAITING) fail("the server reads nothing from the publisher");
    out_length += write_frame(out + out_length, TEXT, message, (size_t)length);
  }
  flush_out();
}

static void lose(struct connection *connection) {
  epoll_ctl(events_of, EPOLL_CTL_DEL, connection->socket, NULL);
  disconnected++;
}

/* Reads a frame. Returns how long it was, 0 where it has not come whole. */
static size_t read_frame(struct connection *connection, const char *at, size_t length, int64_t now) {
  const uint8_t *header = (const uint8_t *)at;
  if (length < 2) return 0;
  size_t head = header[1] < 126 ? 2 : header[1] == 126 ? 4 : 10, payload_length = header[1];
  if (length < head) return 0;
  if (head > 2) {
    payload_length = 0;
    for (size_t i = 2; i < head; i++) payload_length = payload_length << 8 | header[i];
  }
  int opcode = header[0] & 0x0F;
  if ((header[0] & 0xF0) != 0x80 || opcode == 0 || header[1] > 127) fail("a masked, compressed or split frame");
  if (payload_length > MOST_OF_A_FRAME - 16) fail("a frame that is too long");
  if (length < head + payload_length) return 0;
  if (opcode == TEXT && connection != &publisher) read_message(connection, at + head, payload_length, now);
  if (opcode == PING) {
    char pong[160];
    size_t pong_length = write_frame(pong, PONG, at + head, payload_length & 127);
    /* Not into the middle of a message that the kernel has taken in part. */
    if (connection != &publisher) send(connection->socket, pong, pong_length, MSG_NOSIGNAL);
    else if (out_length + sizeof pong < sizeof out) memcpy(out + out_length, pong, pong_length), out_length += pong_length;
  }
  if (opcode == CLOSE) lose(connection);
  return head + payload_length;
}

static void receive(struct connection *connection) {
  static char buffer[READ_BYTES + MOST_OF_A_FRAME];
  size_t length = connection->rest_length, at = 0;
  if (length > 0) memcpy(buffer, connection->rest, length);
  ssize_t got = recv(connection->socket, buffer + length, READ_BYTES, 0);
  if (got <= 0) {
    if (got == 0 || errno != EAGAIN) lose(connection);
    return;
  }
  int64_t now = now_us();
  if (counting && connection != &publisher) reads++;
  length += (size_t)got;
  while (at < length) {
    size_t used = read_frame(connection, buffer + at, length - at, now);
    if (used == 0) break;
    at += used;
  }
  connection->rest_length = length - at;
  if (connection->rest_length == 0) return;
  connection->rest = resize(connection->rest, connection->rest_length);
  memcpy(connection->rest, buffer + at, connection->rest_length);
}

static void join(struct connection *connection, int port, const char *path) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  char text[4096];
  int asked = snprintf(text, sizeof text,
                       "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                       path, port);
  connection->socket = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  setsockopt(connection->socket, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){10, 0}, sizeof(struct timeval));
  if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  if (send(connection->socket, text, (size_t)asked, MSG_NOSIGNAL) != asked) fail("the handshake");
  /* Frames may come with the answer: they stay where they are. */
  char *end = NULL;
  while (!end) {
    ssize_t seen = recv(connection->socket, text, sizeof text - 1, MSG_PEEK);
    if (seen <= 0) fail("the handshake");
    end = memmem(text, (size_t)seen, "\r\n\r\n", 4);
    size_t taken = end ? (size_t)(end + 4 - text) : 0;
    if (taken > 0 && recv(connection->socket, text, taken, 0) != (ssize_t)taken) fail("the handshake");
  }
  if (strncmp(text, "HTTP/1.1 101", 12) != 0) errno = 0, fail("the server does not upgrade");
  fcntl(connection->socket, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (epoll_ctl(events_of, EPOLL_CTL_ADD, connection->socket, &event) < 0) fail("epoll_ctl");
}

static int64_t turn(int most_ms) {
  static struct epoll_event events[MOST_EVENTS];
  int happened = epoll_wait(events_of, events, MOST_EVENTS, most_ms);
  for (int i = 0; i < happened; i++) receive(events[i].data.ptr);
  flush_out();
  return now_us();
}

static bool stalled(int64_t now) { return disconnected > 0 || now - last_delivery > PATIENCE_US; }

/* Numbered messages from before the count, until each subscriber has had one. */
static void get_ready(void) {
  int64_t began = now_us(), probed = 0;
  for (int64_t now = began; ready < subscriber_count; now = turn(LOOK_EVERY_MS)) {
    if (now - began > READY_WITHIN_US || disconnected > 0) fail("not every subscriber gets messages");
    if (now - probed < PROBE_EVERY_US) continue;
    publish(1);
    probed = now;
  }
  first_counted = next_sequence;
  first_sent_at = last_delivery = now_us();
}

/* Keeps the window full, or keeps to the schedule, until the time has come. Returns when it ended. */
static int64_t load(int64_t until, int64_t at_least) {
  int64_t now = now_us();
  while ((now < until || done < at_least) && !stalled(now)) {
    int64_t on_their_way = next_sequence - first_counted - done;
    int wait_ms = LOOK_EVERY_MS;
    if (rate == 0) {
      if (on_their_way < window) publish(window - (int)on_their_way);
    } else {
      for (; on_their_way < window && scheduled_at() <= now; on_their_way++) publish(1);
      /* It does not sleep through the last millisecond: nothing is sent late. */
      if (scheduled_at() - now < LOOK_EVERY_MS * 1000) wait_ms = (int)((scheduled_at() - now) / 1000);
      if (wait_ms < 0) wait_ms = LOOK_EVERY_MS;
    }
    now = turn(wait_ms);
  }
  return now;
}

/* Waits until each subscriber has the last message, or nothing comes any more. */
static void drain(void) {
  last_delivery = now_us();
  for (int i = 0; i < subscriber_count && !stalled(now_us());) {
    if (subscribers[i].next == next_sequence) i++;
    else turn(LOOK_EVERY_MS);
  }
}

int main(int count, char **arguments) {
  if (count < 6) {
    fprintf(stderr, "usage: generator PORT SUBSCRIBERS WINDOW|RATE/s BYTES SECONDS [PATH]\n");
    return 2;
  }
  int port = atoi(arguments[1]);
  subscriber_count = atoi(arguments[2]), window = atoi(arguments[3]), message_bytes = atoi(arguments[4]);
  double asked_seconds = atof(arguments[5]);
  /* One that is more than a second behind its schedule sends nothing until it has caught up. */
  if (strstr(arguments[3], "/s")) rate = atof(arguments[3]), window = (int)rate + 1;
  if (subscriber_count < 1 || window < 1 || message_bytes > 65000) errno = 0, fail("bad arguments");
  for (mask = 4; mask < 2 * window; mask *= 2) {}
  sent_at = resize(NULL, (size_t)mask * sizeof *sent_at);
  owed = resize(NULL, (size_t)mask * sizeof *owed);
  mask--;
  subscribers = resize(NULL, (size_t)subscriber_count * sizeof *subscribers);
  memset(subscribers, 0, (size_t)subscriber_count * sizeof *subscribers);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  srand((unsigned)now_us());
  for (int i = 0; i < RUN_LENGTH; i++) run[i] = (char)('a' + rand() % 26);

  events_of = epoll_create1(0);
  const char *path = count > 6 ? arguments[6] : "/";
  for (int i = 0; i < subscriber_count; i++) join(&subscribers[i], port, path);
  join(&publisher, port, path);
  get_ready();
  int64_t began = load(now_us() + WARM_UP_US, rate > 0 ? 1 : 2 * window);
  clock_t cpu_before = clock();
  counting = true;
  fputs("counting\n", stderr);
  int64_t ended = load(began + (int64_t)(asked_seconds * 1e6), 0);
  counting = false;
  fputs("counted\n", stderr);
  double seconds = (double)(ended - began) / 1e6, cpu_seconds = (double)(clock() - cpu_before) / CLOCKS_PER_SEC;
  /* What comes twice comes before the second fence. */
  drain();
  for (int fence = 0; fence < 2; fence++) publish(1), drain();

  int64_t lost = 0;
  for (int i = 0; i < subscriber_count; i++)
    lost += next_sequence - subscribers[i].next + (int64_t)subscribers[i].missing_count;
  bool exact = !lost && !duplicated && !reordered && !disconnected;
  if (exact && seconds + 0.001 < asked_seconds) errno = 0, fail("the server stood still for seconds, and then went on");
  printf("{\"deliveries\":%lld,\"seconds\":%.3f,", (long long)deliveries, seconds);
  if (exact) printf("\"deliveriesPerSecond\":%.0f,", (double)deliveries / seconds);
  else printf("\"deliveriesPerSecond\":null,");
  printf("\"lost\":%lld,\"duplicated\":%lld,\"reordered\":%lld,\"disconnected\":%lld,", (long long)lost,
         (long long)duplicated, (long long)reordered, (long long)disconnected);
  printf("\"messagesPerRead\":%.2f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"generatorCpuPercent\":%.0f}\n",
         reads ? (double)deliveries / (double)reads : 0, latency_percentile_ms(50), latency_percentile_ms(99),
         100 * cpu_seconds / seconds);
  return exact ? 0 : 1;
}
