import type { CardRead } from '@rsm/api/schemas/payments';
import { ExternalLink, Plus } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useCardSetup } from './use-card-setup.ts';

/** The way to one more saved card. Its number is entered on the processor's page and never comes here. */
export function AddCard({
  isFirst,
  onAdded,
}: {
  readonly isFirst: boolean;
  readonly onAdded: (card: CardRead) => void;
}) {
  const setup = useCardSetup(onAdded);
  return (
    <div className="flex flex-col items-start gap-3">
      {setup.isWaiting ? (
        <div role="status" className="flex flex-col gap-3 rounded-md bg-info-soft px-4 py-3 text-sm">
          <div>
            <p className="font-medium text-info">Enter the card on the page that has opened in your browser.</p>
            <p className="mt-0.5">It appears here by itself as soon as it is saved. Its number never comes to us.</p>
          </div>
          <div className="flex flex-wrap gap-2">
            <Button size="sm" busy={setup.isLooking} onClick={setup.look}>
              I have entered it
            </Button>
            <Button size="sm" busy={setup.isOpening} onClick={setup.openAgain}>
              <ExternalLink aria-hidden />
              Open the page again
            </Button>
            <Button size="sm" variant="ghost" onClick={setup.stop}>
              Not now
            </Button>
          </div>
        </div>
      ) : (
        <Button size="sm" variant={isFirst ? 'primary' : 'secondary'} busy={setup.isOpening} onClick={setup.start}>
          <Plus aria-hidden />
          Add a card
        </Button>
      )}
      {setup.error !== null && <ErrorNote error={setup.error} />}
    </div>
  );
}
