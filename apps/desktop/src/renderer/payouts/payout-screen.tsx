import type { PayoutStatementRead } from '@rsm/api/schemas/payouts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime, ZONE } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import { Facts, Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { PayoutDocument } from './payout-document.tsx';
import { PayoutLines } from './payout-lines.tsx';
import { payoutNoteLabel, payoutOriginWords, payoutSentence, payoutSortWords, payoutWord } from './payout-words.ts';

/** One payout: how it stands, and what it is made of to the last millionth. */
export function PayoutScreen() {
  const { payoutId } = useParams({ from: '/shell/signed-in/earnings/payouts/$payoutId' });
  const trpc = useTRPC();
  const statement = useQuery(trpc.payouts.get.queryOptions({ id: payoutId }));
  return (
    <Page
      title="Payout"
      description={
        <>
          <Link to="/earnings" search={{ tab: 'payouts' }} className={linkClasses}>
            Earnings
          </Link>{' '}
          · Times in {ZONE}
        </>
      }
    >
      <QueryView query={statement}>
        {(data) => (
          <div className="flex flex-col gap-5">
            <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
              <State statement={data} />
              <MadeOf statement={data} />
            </div>
            <PayoutLines payoutId={payoutId} currency={data.payout.currency} />
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function State({ statement: { payout } }: { readonly statement: PayoutStatementRead }) {
  const word = payoutWord(payout);
  return (
    <TitledCard
      title={formatMoney(payout.amountMicros, payout.currency)}
      actions={<Badge tone={word.tone}>{word.label}</Badge>}
    >
      <p className="mb-4 text-sm" aria-live="polite">
        {payoutSentence(payout)}
      </p>
      <Facts
        items={[
          ...(payout.note === null || payout.note === '' ? [] : [[payoutNoteLabel(payout), payout.note] as const]),
          ['Kind', payoutOriginWords[payout.origin]],
          ['Asked for', formatDateTime(payout.createdAt)],
          ...(payout.settledAt === null ? [] : [['Settled', formatDateTime(payout.settledAt)] as const]),
          ...(payout.reversedAt === null ? [] : [['Available again', formatDateTime(payout.reversedAt)] as const]),
          [
            'Reference',
            payout.reference === null ? (
              'None yet'
            ) : (
              <code key="reference" className="text-xs break-all">
                {payout.reference}
              </code>
            ),
          ],
          ['Statement', <PayoutDocument key="document" payout={payout} />],
        ]}
      />
    </TitledCard>
  );
}

function MadeOf({ statement }: { readonly statement: PayoutStatementRead }) {
  const { payout, sums, carriedInMicros, carriedOutMicros } = statement;
  const money = (amount: bigint): string => formatMoney(amount, payout.currency);
  const rows = [
    ['Carried over from the payout before', money(carriedInMicros)],
    ...sums.map(({ sort, count, amountMicros }) => [
      `${payoutSortWords[sort]} (${String(count)} ${count === 1 ? 'line' : 'lines'})`,
      money(amountMicros),
    ]),
    ['Stays for the next payout', money(-carriedOutMicros)],
  ] as const;
  return (
    <TitledCard
      title="What it is made of"
      description="Payouts are whole cents; what is less than a cent is carried over."
    >
      <table className="w-full text-sm">
        <caption className="sr-only">What the payout is made of</caption>
        <tbody>
          {rows.map(([name, amount]) => (
            <tr key={name} className="border-b">
              <th scope="row" className="py-2 pr-4 text-left font-normal">
                {name}
              </th>
              <td className="py-2 text-right whitespace-nowrap tabular-nums">{amount}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" className="py-2 pr-4 text-left font-semibold">
              Paid out
            </th>
            <td className="py-2 text-right font-semibold whitespace-nowrap tabular-nums">
              {money(payout.amountMicros)}
            </td>
          </tr>
        </tfoot>
      </table>
    </TitledCard>
  );
}
