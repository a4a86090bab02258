import type { CardRead } from '@rsm/api/schemas/payments';
import { CreditCard } from 'lucide-react';
import { useId } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { cardName, expiryText, isExpired } from './card-words.ts';

/** One of the saved cards. */
export function CardChoice({
  cards,
  chosen,
  onChange,
  legend,
  error,
}: {
  readonly cards: readonly CardRead[];
  /** The id of a card; null when none is chosen. */
  readonly chosen: string | null;
  readonly onChange: (id: string) => void;
  readonly legend: string;
  readonly error: string | undefined;
}) {
  const name = useId();
  const nowMs = Date.now();
  return (
    <fieldset aria-describedby={error === undefined ? undefined : `${name}-error`}>
      <legend className="mb-1.5 text-[13px] font-medium">{legend}</legend>
      <ul className="flex max-h-56 flex-col gap-1.5 overflow-y-auto p-0.5">
        {cards.map((card) => (
          <li key={card.id}>
            <label className="flex items-center gap-3 rounded-md border px-3 py-2 text-sm has-checked:border-primary has-checked:bg-primary-soft">
              <input
                type="radio"
                name={name}
                className="size-4 shrink-0 accent-primary"
                checked={chosen === card.id}
                onChange={() => onChange(card.id)}
              />
              <CreditCard className="size-4 shrink-0 text-muted-foreground" aria-hidden />
              <span className="min-w-0 grow font-medium">{cardName(card)}</span>
              {isExpired(card, nowMs) ? (
                <Badge tone="danger">expired {expiryText(card)}</Badge>
              ) : (
                <span className="text-[13px]">until {expiryText(card)}</span>
              )}
            </label>
          </li>
        ))}
      </ul>
      {error !== undefined && (
        <p id={`${name}-error`} role="alert" className="mt-1.5 text-[13px] font-medium text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
