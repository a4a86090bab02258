import type { ProviderTaxDataRead } from '@rsm/api/schemas/documents';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { useTRPC } from '../api/trpc.ts';
import { useDraft } from '../ui/use-draft.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Field, Input, Textarea } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { QueryView } from '../ui/query-view.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { taxBasisPoints, taxPercent } from './tax-rate.ts';
import { toast } from '../ui/toast.ts';

const draftSchema = z.strictObject({
  legalName: z.string(),
  address: z.string(),
  country: z.string(),
  taxId: z.string(),
  rate: z.string(),
});
type Draft = z.infer<typeof draftSchema>;

/** Who the provider is to the tax office. */
export function TaxDataCard() {
  const trpc = useTRPC();
  const data = useQuery(trpc.documents.providerTaxData.queryOptions());
  return (
    <TitledCard
      title="Your tax data"
      description="It stands on your statements from the next one on; those that are issued stay as they are. Renters never see it."
    >
      <QueryView query={data}>{(known) => <TaxDataForm known={known} />}</QueryView>
    </TitledCard>
  );
}

const draftOf = (known: ProviderTaxDataRead | null): Draft => ({
  legalName: known?.legalName ?? '',
  address: known?.address ?? '',
  country: known?.country ?? '',
  taxId: known?.taxId ?? '',
  rate: known === null ? '0' : taxPercent(known.taxBasisPoints),
});

function TaxDataForm({ known }: { readonly known: ProviderTaxDataRead | null }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { value, set, reset } = useDraft('provider-tax-data', draftSchema, draftOf(known));
  const [rateProblem, setRateProblem] = useState<string | null>(null);
  const errors = useFormErrors(['legalName', 'address', 'country', 'taxId', 'taxBasisPoints']);
  const save = useMutation(
    trpc.documents.setProviderTaxData.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      onSuccess: (changed) => {
        queryClient.setQueryData(trpc.documents.providerTaxData.queryKey(), changed);
        reset(draftOf(changed));
        toast.success('Your tax data is saved.');
      },
    }),
  );
  const submit = (): void => {
    if (save.isPending) return;
    const basisPoints = taxBasisPoints(value.rate);
    setRateProblem(basisPoints === null ? 'Enter a percentage from 0 to 100 such as 19 or 8.1.' : null);
    if (basisPoints === null) return;
    const { legalName, address, country, taxId } = value;
    save.mutate({
      legalName,
      address,
      country: country.trim().toUpperCase(),
      taxId: taxId.trim() === '' ? null : taxId,
      taxBasisPoints: basisPoints,
    });
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="grid items-start gap-4 md:grid-cols-2">
        <Field label="Legal name" hint="Of you or your company." error={errors.of('legalName')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="organization"
              value={value.legalName}
              onChange={(event) => set({ legalName: event.target.value })}
              required
            />
          )}
        </Field>
        <Field
          label="Tax number"
          hint="As your country writes it. Leave it empty if you have none."
          error={errors.of('taxId')}
        >
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              value={value.taxId}
              onChange={(event) => set({ taxId: event.target.value })}
            />
          )}
        </Field>
        <Field label="Address" hint="Up to six lines." error={errors.of('address')} className="md:row-span-2">
          {(control) => (
            <Textarea
              {...control}
              rows={4}
              autoComplete="street-address"
              value={value.address}
              onChange={(event) => set({ address: event.target.value })}
              required
            />
          )}
        </Field>
        <Field label="Country" hint="Its two letters, such as DE." error={errors.of('country')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="country"
              maxLength={2}
              className="w-24 uppercase"
              value={value.country}
              onChange={(event) => set({ country: event.target.value })}
              required
            />
          )}
        </Field>
        <Field
          label="Tax rate in percent"
          hint="The rate that your turnover includes; 0 if you owe none. Prices always include it: nothing is added on top."
          error={rateProblem ?? errors.of('taxBasisPoints')}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              autoComplete="off"
              className="w-24"
              value={value.rate}
              onChange={(event) => {
                set({ rate: event.target.value });
                setRateProblem(null);
              }}
              required
            />
          )}
        </Field>
      </div>
      {errors.rest !== null && <ErrorNote error={errors.rest} />}
      <Button type="submit" variant="primary" className="self-start" busy={save.isPending}>
        Save
      </Button>
    </form>
  );
}
