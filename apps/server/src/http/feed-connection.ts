import type { ServerResponse } from 'node:http';
import { FEED_TIMES, connectedFrame, endFrame, messageFrame, pingFrame } from '@rsm/api';
import type { Feed, FeedMessage, FeedSink } from '@rsm/domain/events/feed';

/**
 * What waits in our memory for one client. Above it nothing more is written, so at most one batch of the hub
 * (200 events, about 60 KB) comes on top.
 */
export const FEED_BUFFER_BYTES_MAX = 64 * 1_024;
/** A client that takes nothing for so long is cut; it resumes where it stopped. Longer than a network's short trouble. */
export const FEED_STALL_MS_MAX = 30_000;

/** One window's stream of events: writes what it is given, and says when it can take no more. */
export class FeedConnection implements FeedSink {
  readonly #response: ServerResponse;
  #feed: Feed | null = null;
  #pingAtMs: number;
  /** Since when the client has taken nothing of what waits; null while nothing much waits. */
  #stalledSinceMs: number | null = null;
  /** It could take more again before it was given its feed. */
  #hasDrainedEarly = false;
  #isOver = false;

  constructor(response: ServerResponse, nowMs: number) {
    this.#response = response;
    // Many clients come back at once after a restart; their pings shall not.
    this.#pingAtMs = nowMs + FEED_TIMES.pingIntervalMs * (0.5 + Math.random() / 2);
    response.on('drain', () => this.#drained());
    response.on('close', () => this.close());
    response.write(connectedFrame);
  }

  /** Gives the connection the feed that writes into it. */
  belongsTo(feed: Feed): void {
    this.#feed = feed;
    if (this.#isOver) this.#leave();
    else if (this.#hasDrainedEarly) feed.resume();
  }

  take(messages: readonly FeedMessage[]): boolean {
    if (this.#isOver) return false;
    const frames = messages.map((message) => messageFrame(message));
    const [only] = frames;
    this.#response.write(frames.length === 1 && only !== undefined ? only : Buffer.concat(frames));
    return this.#response.writableLength < FEED_BUFFER_BYTES_MAX || this.#stall();
  }

  end(): void {
    this.endWith(endFrame);
  }

  /** Writes a last frame and ends the stream. */
  endWith(frame: Buffer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leave();
    this.#response.end(frame);
  }

  /** What has to be done now and then: a ping when it is due, an end when the client takes nothing any more. */
  look(nowMs: number): void {
    if (this.#stalledSinceMs !== null) {
      if (this.#stalledSinceMs === 0) this.#stalledSinceMs = nowMs;
      else if (nowMs - this.#stalledSinceMs >= FEED_STALL_MS_MAX) this.close();
      return;
    }
    if (nowMs < this.#pingAtMs || this.#isOver) return;
    this.#pingAtMs = nowMs + FEED_TIMES.pingIntervalMs;
    this.#response.write(pingFrame);
    if (this.#response.writableLength >= FEED_BUFFER_BYTES_MAX) this.#stall();
  }

  /** Cuts the connection; may be called twice. */
  close(): void {
    this.#isOver = true;
    this.#leave();
    this.#response.destroy();
  }

  #leave(): void {
    this.#feed?.close();
    this.#feed = null;
  }

  /** The next look sets the time, so that it needs none of its own. */
  #stall(): false {
    this.#stalledSinceMs ??= 0;
    return false;
  }

  #drained(): void {
    if (this.#stalledSinceMs === null) return;
    this.#stalledSinceMs = null;
    if (this.#feed === null) this.#hasDrainedEarly = true;
    else this.#feed.resume();
  }
}
