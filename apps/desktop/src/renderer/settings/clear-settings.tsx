import { useMutation, useQueryClient } from '@tanstack/react-query';
import { clear } from 'idb-keyval';
import { Eraser } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/states.tsx';

/** All entries of this program begin so. */
const ENTRY_PREFIX = 'rsm.';

export function ClearSettings() {
  const [asking, setAsking] = useState(false);
  return (
    <TitledCard
      title="Kept on this computer"
      description="Copies of what you last read, so that it stays readable without a connection, and what you chose here."
    >
      <Button onClick={() => setAsking(true)}>
        <Eraser aria-hidden />
        Clear what is kept
      </Button>
      {asking && <ClearDialog onClose={() => setAsking(false)} />}
    </TitledCard>
  );
}

function ClearDialog({ onClose }: { readonly onClose: () => void }) {
  const queryClient = useQueryClient();
  const forget = useMutation({
    mutationFn: async () => {
      queryClient.clear();
      await clear();
      for (const name of Object.keys(localStorage)) if (name.startsWith(ENTRY_PREFIX)) localStorage.removeItem(name);
    },
    // Everything that is still in memory was made from what was cleared.
    onSuccess: () => window.location.reload(),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Clear what is kept on this computer?"
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" busy={forget.isPending || forget.isSuccess} onClick={() => forget.mutate()}>
            Clear it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <p>This goes:</p>
        <ul className="list-disc space-y-1 pl-5">
          <li>copies of lists, bookings and events for reading without a connection</li>
          <li>the theme, the terminal’s font size, the choice of notifications, saved searches</li>
          <li>up to where you have read your inbox here</li>
        </ul>
        <p>
          You stay signed in. SSH keys, copied files and everything on the server stay as they are. The window is loaded
          anew.
        </p>
        {forget.isError && <ErrorNote error={forget.error} />}
      </div>
    </Dialog>
  );
}
