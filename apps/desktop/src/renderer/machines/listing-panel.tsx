import type { ListingRead } from '@rsm/api/schemas/listings';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { listingStatusWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, buttonClasses } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { QueryView } from '../ui/query-view.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { focusFirstError } from './focus-first-error.ts';
import { draftOf, isSameDraft, listingDraftSchema, termsOf } from './listing-draft.ts';
import { ListingForm } from './listing-form.tsx';
import { useDraft } from '../ui/use-draft.ts';
import { toast } from '../ui/toast.ts';

const FIELDS = [
  'terms.title',
  'terms.description',
  'terms.pricePerHour',
  'terms.durationMinMs',
  'terms.durationMaxMs',
  'terms.cancellationPolicy',
  'terms.extraWipeStrategies',
  'terms.visibility',
] as const;

export interface ListingPanelProps {
  readonly machine: MachineRead;
  /** The machine's listing; an archived one counts as none. */
  readonly listing: ListingRead | null;
  /** Why it can't be published yet; the server has the last word all the same. */
  readonly obstacle?: string | null;
  readonly onPublished?: () => void;
}

/** Makes a machine's offer, changes it, and takes it on and off the market. */
export function ListingPanel(props: ListingPanelProps) {
  const trpc = useTRPC();
  const server = useQuery(trpc.server.info.queryOptions());
  return <QueryView query={server}>{({ currency }) => <Editor {...props} currency={currency} />}</QueryView>;
}

function Editor({
  machine,
  listing,
  obstacle = null,
  onPublished,
  currency,
}: ListingPanelProps & { readonly currency: string }) {
  const live = listing !== null && listing.status !== 'archived' ? listing : null;
  const saved = draftOf(live, machine);
  const { value: draft, set, reset } = useDraft(`listing.${machine.id}`, listingDraftSchema, saved);
  const errors = useFormErrors(FIELDS);
  const calls = useListingCalls();
  const form = useRef<HTMLDivElement>(null);
  const [isBusy, setBusy] = useState<'save' | 'publish' | 'pause' | null>(null);
  const isChanged = live === null || !isSameDraft(draft, saved);

  const save = async (): Promise<ListingRead> => {
    if (live !== null && !isChanged) return live;
    const terms = termsOf(draft);
    const stored =
      live === null ? await calls.create({ machineId: machine.id, terms }) : await calls.update({ id: live.id, terms });
    reset(draftOf(stored, machine));
    return stored;
  };
  /** One click, one way of failing: the sentence at its field, and what was typed stays. */
  const attempt = async (kind: 'save' | 'publish' | 'pause', work: () => Promise<void>): Promise<void> => {
    errors.clear();
    setBusy(kind);
    try {
      await work();
    } catch (error) {
      errors.set(error);
      focusFirstError(form);
    } finally {
      setBusy(null);
      await calls.refresh();
    }
  };
  const saveOnly = async (): Promise<void> => {
    await save();
    toast.success(live === null ? 'Kept as a draft.' : 'Saved. Bookings that exist keep their price and rules.');
  };
  const publish = async (): Promise<void> => {
    const stored = await save();
    if (stored.status !== 'active') await calls.publish({ id: stored.id });
    toast.success('It is on the market.');
    onPublished?.();
  };

  return (
    <TitledCard
      title="Listing"
      description={
        live === null
          ? 'Your offer of this machine. You can change it at any time; bookings that exist keep what they were made with.'
          : 'Bookings that exist keep the price and the rules that they were made with.'
      }
      actions={live !== null && <ListingState listing={live} />}
    >
      {live === null && listing?.status === 'archived' && (
        <p className="mb-4 rounded-md bg-muted px-4 py-3 text-sm">
          “{listing.title}” is archived. Its bookings and reports are kept; this is a new offer.
        </p>
      )}
      <div ref={form}>
        <ListingForm machine={machine} currency={currency} draft={draft} onChange={set} errors={errors} />
      </div>
      {errors.rest !== null && <ErrorNote error={errors.rest} className="mt-5" />}
      <div className="mt-6 flex flex-wrap items-center justify-end gap-2">
        {live !== null && <ArchiveButton listing={live} />}
        <p aria-live="polite" className="min-w-0 grow text-right text-[13px] text-muted-foreground">
          {live?.status !== 'active' && obstacle}
        </p>
        {live !== null && isChanged && (
          <Button variant="ghost" onClick={() => reset(saved)}>
            Discard changes
          </Button>
        )}
        {live?.status === 'active' && (
          <Button
            busy={isBusy === 'pause'}
            onClick={() =>
              detached(
                attempt('pause', async () => {
                  await calls.pause({ id: live.id });
                  toast.success('Paused. Bookings that exist go on.');
                }),
              )
            }
          >
            Pause
          </Button>
        )}
        <Button
          variant={live?.status === 'active' ? 'primary' : 'secondary'}
          busy={isBusy === 'save'}
          disabled={!isChanged}
          onClick={() => detached(attempt('save', saveOnly))}
        >
          {live === null ? 'Keep as a draft' : 'Save'}
        </Button>
        {live?.status !== 'active' && (
          <Button
            variant="primary"
            busy={isBusy === 'publish'}
            disabled={obstacle !== null}
            onClick={() => detached(attempt('publish', publish))}
          >
            {live !== null && isChanged ? 'Save and publish' : 'Publish'}
          </Button>
        )}
      </div>
    </TitledCard>
  );
}

function useListingCalls() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(trpc.listings.create.mutationOptions());
  const update = useMutation(trpc.listings.update.mutationOptions());
  const publish = useMutation(trpc.listings.publish.mutationOptions());
  const pause = useMutation(trpc.listings.pause.mutationOptions());
  return {
    create: create.mutateAsync,
    update: update.mutateAsync,
    publish: publish.mutateAsync,
    pause: pause.mutateAsync,
    refresh: async () => queryClient.invalidateQueries({ queryKey: trpc.listings.pathKey() }),
  };
}

function ListingState({ listing }: { readonly listing: ListingRead }) {
  const word = listingStatusWords[listing.status];
  return (
    <div className="flex items-center gap-3">
      <Badge tone={word.tone}>{word.label}</Badge>
      <Link
        to="/listings/$listingId"
        params={{ listingId: listing.id }}
        className={buttonClasses({ size: 'sm', variant: 'secondary' })}
      >
        See it as renters do
      </Link>
    </div>
  );
}

/** Archiving can't be undone, so it says what follows. */
function ArchiveButton({ listing }: { readonly listing: ListingRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const archive = useMutation(
    trpc.listings.archive.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        detached(queryClient.invalidateQueries({ queryKey: trpc.listings.pathKey() }));
      },
    }),
  );
  return (
    <>
      <Button variant="ghost" onClick={() => setOpen(true)}>
        Archive …
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title={`Archive “${listing.title}”?`}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Keep it</Button>
            <Button variant="danger" busy={archive.isPending} onClick={() => archive.mutate({ id: listing.id })}>
              Archive it
            </Button>
          </>
        }
      >
        <ul className="flex list-disc flex-col gap-1.5 pl-5 text-sm">
          <li>It leaves the market at once and can’t come back. You can make a new listing for the machine.</li>
          <li>Bookings that exist go on as they were agreed. Their money and reports are kept.</li>
          <li>To stop new bookings for a while, pause it instead.</li>
        </ul>
        {archive.isError && <ErrorNote error={archive.error} className="mt-4" />}
      </Dialog>
    </>
  );
}
