import type { UseQueryResult } from '@tanstack/react-query';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { Dialog } from './dialog.tsx';
import { QueryView } from './query-view.tsx';

/** A button to what a machine printed, word for word, with its hash. Whoever uses it loads the text only while it is open. */
export function RawOutput({
  subject,
  isOpen,
  onOpenChange,
  query,
}: {
  /** What printed it, such as the name of a benchmark. */
  readonly subject: string;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly query: UseQueryResult<{ readonly sha256: string; readonly text: string }, unknown>;
}) {
  const { data } = query;
  return (
    <>
      <Button size="sm" variant="ghost" onClick={() => onOpenChange(true)}>
        Raw output<span className="sr-only"> of {subject}</span>
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={onOpenChange}
        className="max-w-3xl"
        title={`Raw output: ${subject}`}
        description={`What the machine printed, unchanged.${data === undefined ? '' : ` SHA-256 ${data.sha256}`}`}
        footer={data !== undefined && <CopyButton text={data.text} />}
      >
        <QueryView query={query}>
          {({ text }) => (
            <pre tabIndex={0} aria-label="Raw output" className="overflow-x-auto font-mono text-[12px] leading-relaxed">
              {text}
            </pre>
          )}
        </QueryView>
      </Dialog>
    </>
  );
}
