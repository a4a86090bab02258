import { Bookmark, Trash2 } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import type { MarketSearch } from './market-search.ts';
import { savedSearches } from './market-stores.ts';
import { SEARCH_NAME_LENGTH_MAX } from './saved-searches.ts';

/** Searches with a name, kept on this computer. */
export function SavedSearchesButton({
  search,
  describe,
  onOpen,
}: {
  readonly search: MarketSearch;
  /** A search in words. */
  readonly describe: (search: MarketSearch) => string;
  readonly onOpen: (search: MarketSearch) => void;
}) {
  const saved = useSyncExternalStore(savedSearches.subscribe, savedSearches.get);
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const words = describe(search);
  const save = (): void => {
    const refused = savedSearches.save(name, search);
    setProblem(refused);
    if (refused === null) setName('');
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Bookmark aria-hidden />
        Saved{saved.length > 0 && ` (${String(saved.length)})`}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title="Saved searches" description="They are kept on this computer.">
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Field
            label="Save what is shown now as"
            hint={words === '' ? 'No filter is set: this saves the whole market.' : `Filters: ${words}`}
            error={problem ?? undefined}
          >
            {(control) => (
              <div className="flex gap-2">
                <Input
                  {...control}
                  value={name}
                  maxLength={SEARCH_NAME_LENGTH_MAX}
                  placeholder="such as Cheap GPUs"
                  onChange={(event) => setName(event.target.value)}
                />
                <Button type="submit" variant="primary">
                  Save
                </Button>
              </div>
            )}
          </Field>
        </form>
        {saved.length === 0 ? (
          <p className="mt-5 text-sm text-muted-foreground">Nothing is saved yet.</p>
        ) : (
          <ul className="mt-5 divide-y rounded-md border">
            {saved.map((entry) => (
              <li key={entry.name} className="flex items-center gap-3 px-3 py-2">
                <div className="min-w-0 grow">
                  <p className="truncate text-sm font-medium">{entry.name}</p>
                  <p className="truncate text-[13px] text-muted-foreground">
                    {describe(entry.search) === '' ? 'the whole market' : describe(entry.search)}
                  </p>
                </div>
                <Button
                  size="sm"
                  aria-label={`Show ${entry.name}`}
                  onClick={() => {
                    onOpen(entry.search);
                    setOpen(false);
                  }}
                >
                  Show
                </Button>
                <Button
                  size="iconSm"
                  variant="ghost"
                  aria-label={`Remove ${entry.name}`}
                  onClick={() => savedSearches.remove(entry.name)}
                >
                  <Trash2 aria-hidden />
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Dialog>
    </>
  );
}
