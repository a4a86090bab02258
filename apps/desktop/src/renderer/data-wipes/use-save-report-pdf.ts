import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { toClientError } from '../api/client-error.ts';
import { useTRPCClient } from '../api/trpc.ts';
import { saveBinary } from '../platform/save-binary.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { toast } from '../ui/toast.ts';

/** Puts the drawing of a signed report on disk, by the id of its clean-up. The server draws it; what counts is the signed text. */
export function useSaveReportPdf(): UseMutationResult<boolean, unknown, string> {
  const client = useTRPCClient();
  const { bridge } = usePlatform();
  return useMutation({
    mutationFn: async (id: string) => saveBinary(bridge, await client.dataWipes.certificatePdf.query({ id })),
    onSuccess: (isSaved) => isSaved && toast.success('The report is saved as PDF.'),
    onError: (error) => toast.error(toClientError(error).message),
  });
}
