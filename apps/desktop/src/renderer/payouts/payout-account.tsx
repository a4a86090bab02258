import type { PayoutAccountRead } from '@rsm/api/schemas/payouts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ExternalLink, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTime } from '../format/time.ts';
import { openOutside } from '../platform/open-outside.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { useReturn } from '../platform/use-return.ts';
import { Button } from '../ui/button.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import { ErrorNote } from '../ui/states.tsx';
import { accountSentence, missingWords } from './payout-words.ts';

/** How the account at the processor stands, what it still wants, and the way to its page. */
export function PayoutAccount({ account }: { readonly account: PayoutAccountRead }) {
  const { status, missing, disabledReason, refreshedAt } = account;
  return (
    <div className="flex flex-col items-start gap-3 text-sm">
      <div className="min-w-0">
        <h3 className="text-[13px] font-medium text-muted-foreground">Your payout account</h3>
        <p>{accountSentence(account)}</p>
      </div>
      {status === 'incomplete' && disabledReason !== null && (
        <p className="break-words">
          The processor says: <span className="font-medium">{missingWords(disabledReason)}</span>
        </p>
      )}
      {status === 'incomplete' && missing.length > 0 && (
        <div className="min-w-0">
          <p>It still wants:</p>
          <ul className="list-disc pl-5">
            {missing.map((item) => (
              <li key={item} className="break-words">
                {missingWords(item)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {status !== 'by_hand' && <AccountActions account={account} />}
      {refreshedAt !== null && status !== 'by_hand' && (
        <p className="text-[13px] text-muted-foreground">As the processor said on {formatDateTime(refreshedAt)}.</p>
      )}
    </div>
  );
}

const startWords = {
  none: 'Set up payouts',
  incomplete: 'Go on at the processor',
  ready: 'Change it at the processor',
  closed: 'Set up a new account',
} as const;

function AccountActions({ account }: { readonly account: PayoutAccountRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const platform = usePlatform();
  const [url, setUrl] = useState<string | null>(null);
  const keep = (changed: PayoutAccountRead): void => {
    queryClient.setQueryData(trpc.payouts.account.queryKey(), changed);
  };
  const start = useMutation(
    trpc.payouts.startOnboarding.mutationOptions({
      onSuccess: async ({ url: page, account: changed }) => {
        keep(changed);
        await openOutside(platform, page);
        setUrl(page);
      },
    }),
  );
  const refresh = useMutation(trpc.payouts.refreshAccount.mutationOptions({ onSuccess: keep }));
  useReturn(url !== null && account.status !== 'ready', () => {
    if (!refresh.isPending) refresh.mutate();
  });
  if (account.status === 'by_hand') return null;
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button
          variant={account.status === 'ready' ? 'secondary' : 'primary'}
          busy={start.isPending}
          onClick={() => start.mutate()}
        >
          <ExternalLink aria-hidden />
          {startWords[account.status]}
        </Button>
        {account.status !== 'none' && (
          <Button busy={refresh.isPending} onClick={() => refresh.mutate()}>
            <RefreshCw aria-hidden />
            Ask the processor again
          </Button>
        )}
      </div>
      {url !== null && account.status !== 'ready' && (
        <p className="text-[13px] text-muted-foreground" role="status">
          The processor’s page opened in your browser. Come back here when you are done: the state is asked for again.{' '}
          <a href={url} target="_blank" rel="noreferrer" className={linkClasses}>
            It did not open
          </a>
        </p>
      )}
      {start.error !== null && <ErrorNote error={start.error} />}
      {refresh.error !== null && <ErrorNote error={refresh.error} />}
    </>
  );
}
