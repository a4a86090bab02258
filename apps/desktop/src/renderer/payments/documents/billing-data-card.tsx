import type { BillingDataRead } from '@rsm/api/schemas/documents';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { TitledCard } from '../../ui/card.tsx';
import { Field, Input, Select, Textarea } from '../../ui/field.tsx';
import { useFormErrors } from '../../ui/form-errors.ts';
import { useEdits } from '../../ui/use-edits.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { ErrorNote, Loading } from '../../ui/states.tsx';
import { countries } from './country-names.ts';
import { toast } from '../../ui/toast.ts';

/** To whom invoices are addressed. */
export function BillingDataCard() {
  const trpc = useTRPC();
  const saved = useQuery(trpc.documents.billingData.queryOptions());
  return (
    <TitledCard
      title="Address on your invoices"
      description="Later invoices bear it; issued ones stay as they are. Without it they bear your name alone."
    >
      <QueryView query={saved} loading={<Loading rows={2} />}>
        {(data) => <BillingForm saved={data} />}
      </QueryView>
    </TitledCard>
  );
}

const textsOf = (data: BillingDataRead | null) => ({
  name: data?.name ?? '',
  address: data?.address ?? '',
  country: data?.country ?? '',
  taxId: data?.taxId ?? '',
});

function BillingForm({ saved }: { readonly saved: BillingDataRead | null }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { value, set, reset } = useEdits(textsOf(saved));
  const { name, address, country, taxId } = value;
  const errors = useFormErrors(['name', 'address', 'country', 'taxId']);
  const save = useMutation(
    trpc.documents.setBillingData.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      onSuccess: (data) => {
        queryClient.setQueryData(trpc.documents.billingData.queryKey(), data);
        reset(textsOf(data));
        toast.success('Your next invoices bear this address.');
      },
    }),
  );
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (save.isPending) return;
        save.mutate({
          name,
          address,
          country: country === '' ? null : country,
          taxId: taxId.trim() === '' ? null : taxId,
        });
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name or company" error={errors.of('name')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="billing organization"
              value={name}
              onChange={(event) => set({ name: event.target.value })}
              required
            />
          )}
        </Field>
        <Field label="Tax id" hint="Such as a VAT number; leave it empty if there is none." error={errors.of('taxId')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              value={taxId}
              onChange={(event) => set({ taxId: event.target.value })}
            />
          )}
        </Field>
        <Field label="Address" hint="Street, postcode and town, at most 6 lines." error={errors.of('address')}>
          {(control) => (
            <Textarea
              {...control}
              autoComplete="billing street-address"
              rows={4}
              value={address}
              onChange={(event) => set({ address: event.target.value })}
              required
            />
          )}
        </Field>
        <Field label="Country" error={errors.of('country')}>
          {(control) => (
            <Select
              {...control}
              autoComplete="billing country"
              value={country}
              onChange={(event) => set({ country: event.target.value })}
            >
              <option value="">Not said</option>
              {countries.map(({ code, name: countryName }) => (
                <option key={code} value={code}>
                  {countryName}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {errors.rest !== null && <ErrorNote error={errors.rest} />}
      <Button type="submit" className="self-start" busy={save.isPending}>
        Save the address
      </Button>
    </form>
  );
}
