import { useCallback, useSyncExternalStore } from 'react';
import { createKeptSeq } from './kept-seq.ts';

const PREFIX = 'rsm.inbox-seen.';
/** The `storage` event tells other windows only; this one tells the one that wrote. */
const SEEN_EVENT = 'rsm:inbox-seen';

/** Remembers up to where a person has seen his inbox on this computer. */
export function markInboxSeen(userId: string, seq: number): void {
  if (createKeptSeq(localStorage, PREFIX).raise(userId, seq)) window.dispatchEvent(new Event(SEEN_EVENT));
}

export function inboxSeenSeq(userId: string): number | null {
  return createKeptSeq(localStorage, PREFIX).get(userId);
}

/** The same, live. Null before the first visit, and while it is not known who is signed in. */
export function useInboxSeenSeq(userId: string | undefined): number | null {
  const read = useCallback(() => (userId === undefined ? null : inboxSeenSeq(userId)), [userId]);
  return useSyncExternalStore(subscribe, read);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('storage', listener);
  window.addEventListener(SEEN_EVENT, listener);
  return () => {
    window.removeEventListener('storage', listener);
    window.removeEventListener(SEEN_EVENT, listener);
  };
}
