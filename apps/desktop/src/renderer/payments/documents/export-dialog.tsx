import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPCClient } from '../../api/trpc.ts';
import { saveText } from '../../data-wipes/save-text.ts';
import { ZONE } from '../../format/time.ts';
import { usePlatform } from '../../platform/platform-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { useFormErrors } from '../../ui/form-errors.ts';
import { ErrorNote } from '../../ui/states.tsx';
import { dayInput, exportRange, type ExportRange } from './export-range.ts';
import { toast } from '../../ui/toast.ts';

const FORM_ID = 'export-statement';

/** The wallet's statement as a table for other programs. */
export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useTRPCClient();
  const { bridge } = usePlatform();
  const [today] = useState(() => Date.now());
  const [from, setFrom] = useState(() => `${dayInput(today).slice(0, 7)}-01`);
  const [to, setTo] = useState(() => dayInput(today));
  const [problem, setProblem] = useState<Extract<ExportRange, { kind: 'problem' }> | null>(null);
  const errors = useFormErrors(['from', 'to']);
  const save = useMutation({
    mutationFn: async (range: { readonly from: Date; readonly to: Date }) => {
      const { suggestedName, text, rows } = await client.documents.exportCsv.query({ account: 'wallet', ...range });
      return (await saveText(bridge, { suggestedName, text })) ? rows : null;
    },
    onMutate: errors.clear,
    onError: errors.set,
    onSuccess: (rows) => {
      if (rows === null) return;
      toast.success(rows === 1 ? 'One line is saved.' : `${String(rows)} lines are saved.`);
      onClose();
    },
  });
  const errorOf = (field: 'from' | 'to'): string | undefined =>
    problem?.field === field ? problem.problem : errors.of(field);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Save the statement as CSV"
      description={`Every line of the wallet, oldest first. Both days are included, in ${ZONE}; the file’s times are in UTC.`}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" form={FORM_ID} variant="primary" busy={save.isPending}>
            Save CSV
          </Button>
        </>
      }
    >
      <form
        id={FORM_ID}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const range = exportRange(from, to);
          setProblem(range.kind === 'problem' ? range : null);
          if (range.kind === 'range' && !save.isPending) save.mutate({ from: range.from, to: range.to });
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="From" error={errorOf('from')}>
            {(control) => (
              <Input {...control} type="date" value={from} onChange={(event) => setFrom(event.target.value)} required />
            )}
          </Field>
          <Field label="To" error={errorOf('to')}>
            {(control) => (
              <Input {...control} type="date" value={to} onChange={(event) => setTo(event.target.value)} required />
            )}
          </Field>
        </div>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
      </form>
    </Dialog>
  );
}
