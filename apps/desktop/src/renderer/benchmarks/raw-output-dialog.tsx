import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { QueryView } from '../ui/query-view.tsx';

/** What the tool itself printed, word for word. */
export function RawOutputDialog({
  benchmarkId,
  title,
  onClose,
}: {
  readonly benchmarkId: string;
  readonly title: string;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const query = useQuery(trpc.benchmarks.rawOutput.queryOptions({ id: benchmarkId }, { meta: { passing: true } }));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description="What the tool printed on the machine, unchanged."
      className="max-w-3xl"
      {...(query.data === undefined ? {} : { footer: <CopyButton text={query.data.text} /> })}
    >
      <QueryView query={query}>
        {({ sha256, text }) => (
          <>
            <pre
              tabIndex={0}
              aria-label="Raw output"
              className="max-h-[50vh] overflow-auto rounded-md border bg-muted p-3 font-mono text-xs"
            >
              {text}
            </pre>
            <p className="mt-2 font-mono text-xs break-all text-muted-foreground">SHA-256 {sha256}</p>
          </>
        )}
      </QueryView>
    </Dialog>
  );
}
