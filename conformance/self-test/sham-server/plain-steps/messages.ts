/** What a message asks for. */
import type { MessageSteps, Room } from "../steps.ts";

export function messageSteps(room: Room): MessageSteps {
  return {
    onBadJson() {},

    onNonObject() {},

    onPing(ping) {
      room.steps.sendText(ping.sender, room.steps.pongText(ping));
    },

    pongText: () => '{"type":"pong"}',

    onReserved(message) {
      room.steps.onBroadcast(message);
    },

    onBroadcast(message) {
      for (const receiver of room.steps.receivers(message)) room.steps.deliver(receiver, message);
      for (const stream of room.steps.subscribers(message)) room.steps.deliverOnStream(stream, message);
    },

    receivers: () => [...room.connections],

    deliver(receiver, message) {
      room.steps.sendText(receiver, room.steps.deliveredText(message, receiver));
    },

    deliveredText: (message) => message.text,
  };
}
