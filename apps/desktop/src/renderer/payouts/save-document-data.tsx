import type { DocumentSummaryRead } from '@rsm/api/schemas/documents';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { toast } from 'sonner';
import { toClientError } from '../api/client-error.ts';
import { useTRPCClient } from '../api/trpc.ts';
import { saveText } from '../data-wipes/save-text.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button } from '../ui/button.tsx';

/** Saves a document as data: the JSON whose SHA-256 the server keeps beside it. */
export function SaveDocument({ document }: { readonly document: Pick<DocumentSummaryRead, 'id' | 'number'> }) {
  const client = useTRPCClient();
  const { bridge } = usePlatform();
  const save = useMutation({
    mutationFn: async () => {
      const { suggestedName, text } = await client.documents.data.query({ id: document.id });
      return saveText(bridge, { suggestedName, text });
    },
    onSuccess: (isSaved) => isSaved && toast.success(`${document.number} is saved.`),
    onError: (error) => toast.error(toClientError(error).message),
  });
  return (
    <Button
      size="sm"
      busy={save.isPending}
      onClick={() => save.mutate()}
      aria-label={`Save ${document.number} as data`}
    >
      <Download aria-hidden />
      Save as data
    </Button>
  );
}
