import type { QueryClient } from '@tanstack/react-query';
import { forgetAnswers } from '../api/query-client.ts';
import { detached } from '../app/detached.ts';
import type { Session } from './session.ts';

/**
 * What one person read is not for the next one who sits here: it is forgotten as the session ends. Returns what has to be called once the
 * answers of an earlier start were read back, because that may be after it is known that nobody is signed in.
 */
export function forgetWithSession(session: Pick<Session, 'state' | 'subscribe'>, queryClient: QueryClient): () => void {
  let before = session.state.kind;
  session.subscribe(() => {
    const { kind } = session.state;
    if (kind === 'signed_out') detached(forgetAnswers(queryClient, before === 'signed_in' ? 'all' : 'personal'));
    before = kind;
  });
  return () => {
    if (session.state.kind === 'signed_out') detached(forgetAnswers(queryClient, 'personal'));
  };
}
