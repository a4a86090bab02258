import type { UserId } from '../common/ids.ts';
import type { FeedHub } from './feed-hub.ts';
import type { FeedMessage } from './feed.ts';

/** Reads a feed message by message. What was read but not yet taken is at most one batch: more is asked for when it is gone. */
export async function* readFeed(
  feeds: Pick<FeedHub, 'follow'>,
  userId: UserId,
  input: { readonly afterSeq: number | null; readonly signal: AbortSignal },
): AsyncGenerator<FeedMessage, void, undefined> {
  const { afterSeq, signal } = input;
  const state: { waiting: readonly FeedMessage[]; isOver: boolean; wake: () => void } = {
    waiting: [],
    isOver: signal.aborted,
    wake: () => undefined,
  };
  const end = (): void => {
    state.isOver = true;
    state.wake();
  };
  const feed = await feeds.follow(userId, {
    afterSeq,
    endsAt: null,
    sink: {
      take: (messages) => {
        state.waiting = messages;
        state.wake();
        return false;
      },
      end,
    },
  });
  signal.addEventListener('abort', end);
  try {
    while (!state.isOver) {
      if (state.waiting.length === 0) {
        await new Promise<void>((resolve) => {
          state.wake = resolve;
        });
      }
      const taken = state.waiting;
      state.waiting = [];
      for (const message of taken) {
        if (signal.aborted) return;
        yield message;
      }
      feed.resume();
    }
  } finally {
    signal.removeEventListener('abort', end);
    feed.close();
  }
}
