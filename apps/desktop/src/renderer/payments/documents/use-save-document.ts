import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { toClientError } from '../../api/client-error.ts';
import { useTRPCClient } from '../../api/trpc.ts';
import { saveText } from '../../data-wipes/save-text.ts';
import { saveBinary } from '../../platform/save-binary.ts';
import { usePlatform } from '../../platform/platform-context.ts';
import { toast } from '../../ui/toast.ts';

export interface WantedFile {
  readonly id: string;
  readonly form: 'pdf' | 'data';
}

/** Puts a document on disk: as the page that people read, or as the data whose hash it bears. */
export function useSaveDocument(): UseMutationResult<boolean, unknown, WantedFile> {
  const client = useTRPCClient();
  const { bridge } = usePlatform();
  return useMutation({
    mutationFn: async ({ id, form }: WantedFile) => {
      if (form === 'pdf') return saveBinary(bridge, await client.documents.pdf.query({ id }));
      const { suggestedName, text } = await client.documents.data.query({ id });
      return saveText(bridge, { suggestedName, text });
    },
    onSuccess: (isSaved) => isSaved && toast.success('The document is saved.'),
    onError: (error) => toast.error(toClientError(error).message),
  });
}
