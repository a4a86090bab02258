import type { DocumentContent, DocumentLine } from '@rsm/domain/documents/document-content';
import { Link } from '@tanstack/react-router';
import { formatMoney } from '../../format/money.ts';
import { linkClasses } from '../../ui/link-classes.ts';
import { transferKindWords } from '../statement-words.ts';
import { documentDay } from './document-words.ts';

/** What a document counts, each line with the booking that it came from. */
export function DocumentLines({ content }: { readonly content: DocumentContent }) {
  const money = (micros: string): string => formatMoney(BigInt(micros), content.currency);
  const hasParts = content.lines.some((line) => line.grossMicros !== null);
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">Lines of {content.number}</caption>
      <thead>
        <tr className="border-b text-left text-[13px] text-muted-foreground">
          <th className="px-4 py-2.5 font-medium">When</th>
          <th className="px-4 py-2.5 font-medium">What</th>
          {hasParts && (
            <>
              <th className="px-4 py-2.5 text-right font-medium">Paid by the renter</th>
              <th className="px-4 py-2.5 text-right font-medium">Platform fee</th>
            </>
          )}
          <th className="px-4 py-2.5 text-right font-medium">Amount</th>
        </tr>
      </thead>
      <tbody className="divide-y">
        {content.lines.map((line) => (
          <tr key={line.transferId} className="align-top">
            <td className="px-4 py-2.5 whitespace-nowrap text-muted-foreground">{documentDay(line.at)}</td>
            <td className="min-w-56 px-4 py-2.5">
              <span className="font-medium">{transferKindWords[line.kind]}</span>
              {line.booking !== null && <BookingLink booking={line.booking} />}
              <p className="text-[13px] text-muted-foreground">{line.text}</p>
            </td>
            {hasParts && (
              <>
                <Amount text={line.grossMicros === null ? '' : money(line.grossMicros)} />
                <Amount text={line.feeMicros === null ? '' : money(line.feeMicros)} />
              </>
            )}
            <td className="px-4 py-2.5 text-right font-medium whitespace-nowrap tabular-nums">
              {money(line.amountMicros)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function BookingLink({ booking }: { readonly booking: NonNullable<DocumentLine['booking']> }) {
  return (
    <>
      {' · '}
      <Link to="/bookings/$bookingId" params={{ bookingId: booking.id }} className={`${linkClasses} break-words`}>
        {booking.title}
      </Link>
    </>
  );
}

function Amount({ text }: { readonly text: string }) {
  return <td className="px-4 py-2.5 text-right whitespace-nowrap text-muted-foreground tabular-nums">{text}</td>;
}
