import type { DataWipeRead } from '@rsm/api/schemas/data-wipes';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { indexedDbShelf, keepReport, readKept } from './report-store.ts';

const shelf = indexedDbShelf();

const keyOf = (bookingId: string) => ['kept-report', bookingId] as const;

/** The report that this computer keeps of a booking. Reads no network. */
export function useKeptReport(bookingId: string) {
  return useQuery({
    queryKey: keyOf(bookingId),
    queryFn: async () => readKept(shelf, bookingId),
    staleTime: 0,
    // It lies in a data base of its own already.
    meta: { passing: true },
  });
}

/** Fetches the report of a finished clean-up with the published keys, and keeps both as soon as they are there. */
export function useReport(wipe: DataWipeRead) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const certificate = useQuery(trpc.dataWipes.certificate.queryOptions({ id: wipe.id }));
  const keySet = useQuery(trpc.dataWipes.keySet.queryOptions());
  const { data: signed } = certificate;
  const { data: keys } = keySet;
  useEffect(() => {
    if (signed === undefined || keys === undefined) return;
    const { bookingId, jws } = signed;
    detached(
      keepReport(shelf, { bookingId, jws, keySet: keys, keptAtMs: Date.now() }).then(async () =>
        queryClient.invalidateQueries({ queryKey: keyOf(bookingId) }),
      ),
    );
  }, [signed, keys, queryClient]);
  return { certificate, kept: useKeptReport(wipe.bookingId) };
}
