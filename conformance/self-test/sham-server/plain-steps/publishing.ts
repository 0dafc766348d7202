/** Publishing by POST. */
import { isUtf8 } from "node:buffer";
import { listHeader, responseText } from "../http.ts";
import { isObject, isReserved, parse } from "../message-kinds.ts";
import type { Post, PublishingSteps, Room } from "../steps.ts";

const maxBodyBytes = 2 ** 20;

export function publishingSteps(room: Room): PublishingSteps {
  return {
    onPost(post) {
      if (room.steps.isTooLong(post)) return room.steps.onTooLong(post);
      room.steps.onBodyBytes(post);
    },

    isTooLong: ({ length }) => length > maxBodyBytes,

    onTooLong(post) {
      post.unwanted = true;
      room.steps.answerPost(post, "413 Content Too Large");
    },

    onBodyBytes(post) {
      const { connection, length, complete, unwanted } = post;
      if (complete || unwanted || connection.unread.length < length) return;
      const body = connection.unread.subarray(0, length);
      connection.unread = connection.unread.subarray(length);
      post.complete = true;
      room.steps.onBody(post, body);
      if (post.answer !== undefined) finish(room, post);
    },

    onBody(post, body) {
      const text = body.toString();
      const value = isUtf8(body) ? parse(text) : undefined;
      if (value === undefined) return room.steps.onBadJsonBody(post, text);
      if (!isObject(value)) return room.steps.onNonObjectBody(post, value, text);
      const message = { sender: post.connection, text, value, post };
      if (isReserved(value)) return room.steps.onReservedBody(post, message);
      room.steps.onPublished(post, message);
    },

    onBadJsonBody(post) {
      room.steps.answerPost(post, "400 Bad Request");
    },

    onNonObjectBody(post) {
      room.steps.answerPost(post, "400 Bad Request");
    },

    onReservedBody(post) {
      room.steps.answerPost(post, "400 Bad Request");
    },

    onPublished(post, message) {
      room.steps.onBroadcast(message);
      room.steps.answerPost(post, "202 Accepted");
    },

    answerPost(post, status) {
      if (post.answer !== undefined) return;
      post.answer = room.steps.postAnswer(post, status);
      room.steps.write(post.connection, Buffer.from(responseText(post.answer)));
      if (post.complete || post.unwanted) finish(room, post);
    },

    postAnswer({ request, complete }, status) {
      const isLast = !complete || listHeader(request, "connection").includes("close");
      return { status, headers: { "Content-Length": "0", ...(isLast && { Connection: "close" }) } };
    },

    onAborted({ connection }) {
      connection.post = undefined;
      connection.state = "closed";
    },
  };
}

/**
 * When a request has been read and answered: ends the TCP connection, or reads the next request on it. A connection that
 * is ended goes on taking what the client sends, and forgets it, so that no reset overtakes the answer.
 */
function finish(room: Room, post: Post): void {
  const { connection, answer } = post;
  if (connection.post !== post) return;
  connection.post = undefined;
  if (answer?.headers.Connection === "close") {
    room.steps.hangUp(connection);
    connection.state = "closed";
  } else if (connection.unread.length > 0) {
    room.steps.onRequestBytes(connection, Buffer.alloc(0));
  }
}
