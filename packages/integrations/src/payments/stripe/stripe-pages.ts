import { DomainError } from '@rsm/domain/common/domain-error';
import { STRIPE_PAGES_MAX, STRIPE_PAGE_SIZE } from './stripe-options.ts';

/** One page as Stripe lists things: newest first. */
export interface StripePage<Item> {
  readonly data: readonly Item[];
  readonly has_more: boolean;
}

export interface PagePosition {
  readonly limit: number;
  readonly starting_after?: string;
}

/** Reads pages one after the other, newest first, at most `pagesMax`; `complete` is false when more are left. */
export async function readPages<Item extends { readonly id: string }>(
  read: (position: PagePosition) => Promise<StripePage<Item>>,
  visit: (items: readonly Item[]) => 'go_on' | 'stop',
  pagesMax: number,
): Promise<{ readonly complete: boolean }> {
  let after: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const { data, has_more: hasMore } = await read({
      limit: STRIPE_PAGE_SIZE,
      ...(after === undefined ? {} : { starting_after: after }),
    });
    if (visit(data) === 'stop') return { complete: true };
    after = data.at(-1)?.id;
    if (!hasMore || after === undefined) return { complete: true };
  }
  return { complete: false };
}

/**
 * The one thing in a list that fits, or null when the whole list has none.
 * @throws DomainError payment_unavailable when the list is longer than we read: then nothing can be said
 */
export async function findInPages<Item extends { readonly id: string }>(
  read: (position: PagePosition) => Promise<StripePage<Item>>,
  fits: (item: Item) => boolean,
): Promise<Item | null> {
  let found: Item | null = null;
  const { complete } = await readPages(
    read,
    (items) => {
      found = items.find(fits) ?? null;
      return found === null ? 'go_on' : 'stop';
    },
    STRIPE_PAGES_MAX,
  );
  if (complete) return found;
  throw new DomainError('payment_unavailable', 'The payment processor has too much to look through.', {
    remedy: 'Tell the operator of this marketplace.',
    cause: new Error(`Not found in ${STRIPE_PAGES_MAX} pages of ${STRIPE_PAGE_SIZE}.`),
  });
}

/** The error while a call about the thing could still be under way. */
export function tooEarlyToSay(noun: string): DomainError {
  return new DomainError('payment_unavailable', `It is too early to say what became of this ${noun}.`, {
    remedy: 'Look again in a few minutes.',
  });
}
