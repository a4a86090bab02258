import type { DocumentSummaryRead } from '@rsm/api/schemas/documents';
import { useSaveDocument } from '../payments/documents/use-save-document.ts';
import { Button } from '../ui/button.tsx';

/** A document as the page that people read, and as the data whose SHA-256 the server keeps beside it. */
export function SaveDocumentButtons({ document }: { readonly document: Pick<DocumentSummaryRead, 'id' | 'number'> }) {
  const save = useSaveDocument();
  const { id, number } = document;
  const isSaving = (form: 'pdf' | 'data'): boolean => save.isPending && save.variables.form === form;
  return (
    <span className="inline-flex flex-wrap justify-end gap-2">
      <Button
        size="sm"
        busy={isSaving('pdf')}
        onClick={() => save.mutate({ id, form: 'pdf' })}
        aria-label={`Save ${number} as PDF`}
      >
        PDF
      </Button>
      <Button
        size="sm"
        busy={isSaving('data')}
        onClick={() => save.mutate({ id, form: 'data' })}
        aria-label={`Save ${number} as data`}
      >
        Data
      </Button>
    </span>
  );
}
