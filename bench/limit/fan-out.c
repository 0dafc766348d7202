/*
 * The limit of fan-out over WebSocket: what is sent by one is sent to all, with as little as possible besides.
 *
 *   fan-out each PORT    one send() a client for each message
 *   fan-out joined PORT  one send() a client for all messages that came in one round of epoll
 *
 * It takes text messages in one frame, answers Ping and Close, and looks into no message. One thread, Linux.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 256 * 1024, MOST_OF_A_MESSAGE = 64 * 1024, MOST_EVENTS = 1024 };
enum { TEXT = 0x1, CLOSE = 0x8, PING = 0x9, PONG = 0xA };

/* Bytes in a row that grow at the end and are taken from the front. */
struct bytes {
  char *at;
  size_t length, room;
};

struct client {
  int socket;
  bool open;    /* the handshake is done */
  bool gone;    /* to be freed at the end of the round */
  bool waiting; /* the kernel took less than it was given: the rest is in out */
  size_t place; /* in clients, where it is open */
  struct bytes in, out;
  struct client *next_gone;
};

static bool joined;
static int events_of;
static struct client **clients;
static size_t clients_open, clients_room;
static struct client *first_gone;
static struct bytes round_frames;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void append(struct bytes *bytes, const void *from, size_t length) {
  if (bytes->length + length > bytes->room) {
    bytes->room = (bytes->length + length) * 2;
    bytes->at = realloc(bytes->at, bytes->room);
    if (!bytes->at) fail("realloc");
  }
  memcpy(bytes->at + bytes->length, from, length);
  bytes->length += length;
}

static void take(struct bytes *bytes, size_t length) {
  bytes->length -= length;
  memmove(bytes->at, bytes->at + length, bytes->length);
}

static uint32_t rotate(uint32_t word, int by) { return word << by | word >> (32 - by); }

static void sha1_block(uint32_t state[5], const uint8_t *block) {
  static const uint32_t constants[] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
  uint32_t words[80];
  for (int i = 0; i < 16; i++) {
    const uint8_t *word = block + 4 * i;
    words[i] = (uint32_t)word[0] << 24 | word[1] << 16 | word[2] << 8 | word[3];
  }
  for (int i = 16; i < 80; i++) words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int i = 0; i < 80; i++) {
    uint32_t mix = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    uint32_t next = rotate(a, 5) + mix + e + constants[i / 20] + words[i];
    e = d, d = c, c = rotate(b, 30), b = a, a = next;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

/* Of at most 119 bytes: two blocks. */
static void sha1(const char *text, size_t length, uint8_t digest[20]) {
  uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  uint8_t padded[128] = {0};
  memcpy(padded, text, length);
  padded[length] = 0x80;
  size_t end = length < 56 ? 64 : 128;
  for (int i = 0; i < 4; i++) padded[end - 1 - i] = (uint8_t)(length * 8 >> 8 * i);
  for (size_t block = 0; block < end; block += 64) sha1_block(state, padded + block);
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}

/* Of the 20 bytes of a digest: 28 characters. */
static void base64(const uint8_t digest[20], char text[29]) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < 7; i++) {
    const uint8_t *in = digest + 3 * i;
    uint32_t three = (uint32_t)in[0] << 16 | in[1] << 8 | (i < 6 ? in[2] : 0);
    for (int j = 0; j < 4; j++) text[4 * i + j] = alphabet[three >> (18 - 6 * j) & 63];
  }
  strcpy(text + 27, "=");
}

static void watch(struct client *client, int operation) {
  struct epoll_event event = {.events = EPOLLIN | (client->waiting ? EPOLLOUT : 0), .data.ptr = client};
  if (epoll_ctl(events_of, operation, client->socket, &event) < 0) fail("epoll_ctl");
}

static void let_go(struct client *client) {
  if (client->gone) return;
  client->gone = true;
  client->next_gone = first_gone;
  first_gone = client;
}

/* Gives bytes to the kernel; what it does not take now waits. */
static void give(struct client *client, const char *from, size_t length) {
  if (client->gone) return;
  if (client->waiting) {
    append(&client->out, from, length);
    return;
  }
  ssize_t taken = send(client->socket, from, length, MSG_NOSIGNAL);
  if (taken < 0 && errno != EAGAIN) {
    let_go(client);
    return;
  }
  if (taken < 0) taken = 0;
  if ((size_t)taken == length) return;
  append(&client->out, from + taken, length - (size_t)taken);
  client->waiting = true;
  watch(client, EPOLL_CTL_MOD);
}

static void give_rest(struct client *client) {
  if (!client->waiting) return;
  ssize_t taken = send(client->socket, client->out.at, client->out.length, MSG_NOSIGNAL);
  if (taken < 0 && errno != EAGAIN) {
    let_go(client);
  } else if (taken > 0) {
    take(&client->out, (size_t)taken);
    client->waiting = client->out.length > 0;
    if (!client->waiting) watch(client, EPOLL_CTL_MOD);
  }
}

static void give_all(const char *from, size_t length) {
  for (size_t i = 0; i < clients_open; i++) give(clients[i], from, length);
}

static void flush_round(void) {
  if (round_frames.length == 0) return;
  give_all(round_frames.at, round_frames.length);
  round_frames.length = 0;
}

static void frame(struct bytes *to, int opcode, const char *payload, size_t length) {
  uint8_t header[4] = {0x80 | opcode, length < 126 ? length : 126, length >> 8, length};
  append(to, header, length < 126 ? 2 : 4);
  append(to, payload, length);
}

static void relay(const char *payload, size_t length) {
  frame(&round_frames, TEXT, payload, length);
  if (!joined) flush_round();
}

/* To one client. What came before for all goes first: order holds. */
static void answer(struct client *client, int opcode, const char *payload, size_t length) {
  flush_round();
  struct bytes reply = {0};
  frame(&reply, opcode, payload, length);
  give(client, reply.at, reply.length);
  free(reply.at);
}

/* Reads a frame. Returns how long it was, 0 where it has not come whole. */
static size_t read_frame(struct client *client, uint8_t *at, size_t length) {
  if (length < 2) return 0;
  int opcode = at[0] & 0x0F;
  bool whole = (at[0] & 0xF0) == 0x80 && opcode != 0, masked = at[1] & 0x80;
  size_t payload_length = at[1] & 0x7F, header = payload_length < 126 ? 6 : 8;
  if (!whole || !masked || payload_length == 127) {
    let_go(client);
    return 0;
  }
  if (length < header) return 0;
  if (payload_length == 126) payload_length = (size_t)at[2] << 8 | at[3];
  if (length < header + payload_length) return 0;
  const uint8_t *key = at + header - 4;
  uint8_t *payload = at + header;
  for (size_t i = 0; i < payload_length; i++) payload[i] ^= key[i % 4];
  if (opcode == TEXT) relay((char *)payload, payload_length);
  if (opcode == PING) answer(client, PONG, (char *)payload, payload_length);
  if (opcode == CLOSE) {
    answer(client, CLOSE, (char *)payload, payload_length < 2 ? 0 : 2);
    let_go(client);
  }
  return header + payload_length;
}

/* Reads a request for an upgrade. Returns how long it was, 0 where it has not come whole. */
static size_t read_handshake(struct client *client, char *at, size_t length) {
  static const char name[] = "\r\nsec-websocket-key:", guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  char *end = memmem(at, length, "\r\n\r\n", 4);
  if (!end) return 0;
  *end = 0;
  char *key = strcasestr(at, name);
  char text[61], accept[29], response[160];
  if (!key || sscanf(key + sizeof name - 1, " %24s", text) != 1 || strlen(text) != 24) {
    let_go(client);
    return 0;
  }
  strcat(text, guid);
  uint8_t digest[20];
  sha1(text, strlen(text), digest);
  base64(digest, accept);
  int written = snprintf(response, sizeof response,
                         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: %s\r\n\r\n",
                         accept);
  /* Who comes late gets nothing from before. */
  flush_round();
  give(client, response, (size_t)written);
  if (clients_open == clients_room) {
    clients_room = clients_room ? clients_room * 2 : 1024;
    clients = realloc(clients, clients_room * sizeof *clients);
    if (!clients) fail("realloc");
  }
  client->open = true;
  client->place = clients_open;
  clients[clients_open++] = client;
  return (size_t)(end + 4 - at);
}

static void receive(struct client *client) {
  static char buffer[READ_BYTES + MOST_OF_A_MESSAGE + 16];
  size_t length = client->in.length;
  if (length > 0) memcpy(buffer, client->in.at, length);
  client->in.length = 0;
  ssize_t got = recv(client->socket, buffer + length, READ_BYTES, 0);
  if (got < 0 && errno == EAGAIN) got = 0;
  else if (got <= 0) let_go(client);
  length += got > 0 ? (size_t)got : 0;
  size_t at = 0;
  while (!client->gone && at < length) {
    size_t used = client->open ? read_frame(client, (uint8_t *)buffer + at, length - at)
                               : read_handshake(client, buffer + at, length - at);
    if (used == 0) break;
    at += used;
  }
  if (length - at > MOST_OF_A_MESSAGE + 8) let_go(client);
  else if (length > at) append(&client->in, buffer + at, length - at);
}

static void accept_all(int listener) {
  for (;;) {
    int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (socket < 0) return;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct client *client = calloc(1, sizeof *client);
    if (!client) fail("calloc");
    client->socket = socket;
    watch(client, EPOLL_CTL_ADD);
  }
}

static void free_gone(void) {
  while (first_gone) {
    struct client *client = first_gone;
    first_gone = client->next_gone;
    if (client->open) {
      clients[client->place] = clients[--clients_open];
      clients[client->place]->place = client->place;
    }
    close(client->socket);
    free(client->in.at);
    free(client->out.at);
    free(client);
  }
}

static int listen_at(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(listener, 4096) < 0) fail("listen");
  return listener;
}

int main(int count, char **arguments) {
  if (count != 3 || (strcmp(arguments[1], "each") && strcmp(arguments[1], "joined"))) {
    fprintf(stderr, "usage: fan-out each|joined PORT\n");
    return 2;
  }
  joined = strcmp(arguments[1], "joined") == 0;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  events_of = epoll_create1(0);
  int listener = listen_at(atoi(arguments[2]));
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(events_of, EPOLL_CTL_ADD, listener, &event);
  static struct epoll_event events[MOST_EVENTS];
  for (;;) {
    int happened = epoll_wait(events_of, events, MOST_EVENTS, -1);
    for (int i = 0; i < happened; i++) {
      struct client *client = events[i].data.ptr;
      if (!client) accept_all(listener);
      else if (events[i].events & EPOLLOUT) give_rest(client);
      if (client && !client->gone && events[i].events & ~(uint32_t)EPOLLOUT) receive(client);
    }
    flush_round();
    free_gone();
  }
}
