import { X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import type { ActiveFilter, MarketField } from './market-search.ts';

/** What narrows the result down; each can be taken away by itself. */
export function ActiveFilters({
  active,
  onRemove,
  onClear,
}: {
  readonly active: readonly ActiveFilter[];
  readonly onRemove: (fields: readonly MarketField[]) => void;
  readonly onClear: () => void;
}) {
  if (active.length === 0) return null;
  return (
    <ul aria-label="What narrows the result down" className="flex flex-wrap items-center gap-1.5">
      {active.map(({ fields, label }) => (
        <li key={label}>
          <button
            type="button"
            className="flex items-center gap-1 rounded-full bg-primary-soft py-0.5 pr-1.5 pl-2.5 text-[13px] text-primary-text hover:underline"
            aria-label={`Take away: ${label}`}
            onClick={() => onRemove(fields)}
          >
            {label}
            <X className="size-3.5" aria-hidden />
          </button>
        </li>
      ))}
      <li>
        <Button size="sm" variant="link" onClick={onClear}>
          Clear all
        </Button>
      </li>
    </ul>
  );
}
