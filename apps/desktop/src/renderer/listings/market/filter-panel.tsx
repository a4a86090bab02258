import { accessModes } from '@rsm/domain/machines/machine';
import type { ListingFacetsRead } from '@rsm/api/schemas/listings';
import type { ReactNode } from 'react';
import { ZONE } from '../../format/time.ts';
import { accessModeWords } from '../../format/words.ts';
import { Field, Input, Select } from '../../ui/field.tsx';
import { diskKindWords } from './listing-words.ts';
import { searchedDiskKinds, type MarketDraft, type MarketErrors, type MarketField } from './market-search.ts';

interface FilterPanelProps {
  readonly draft: MarketDraft;
  readonly errors: MarketErrors;
  readonly change: (change: Partial<MarketDraft>) => void;
  readonly currency: string;
  /** What there is to choose from; nothing while it is not known. Any other text can be typed all the same. */
  readonly facets: ListingFacetsRead | undefined;
}

/** All filters but the text. Each acts as it is typed. */
export function FilterPanel({ draft, errors, change, currency, facets }: FilterPanelProps) {
  const number = (field: MarketField, label: string, placeholder: string) => (
    <Field label={label} error={errors[field]}>
      {(control) => (
        <Input
          {...control}
          inputMode="decimal"
          autoComplete="off"
          value={draft[field]}
          placeholder={placeholder}
          onChange={(event) => change({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
  const text = (
    field: MarketField,
    label: string,
    placeholder: string,
    choices: ListingFacetsRead['regions'] | undefined = [],
  ) => (
    <Field label={label} error={errors[field]} className="col-span-2">
      {(control) => (
        <>
          <Input
            {...control}
            autoComplete="off"
            spellCheck={false}
            list={`${control.id}-choices`}
            value={draft[field]}
            placeholder={placeholder}
            onChange={(event) => change({ [field]: event.target.value })}
          />
          <datalist id={`${control.id}-choices`}>
            {choices.map(({ value, count }) => (
              <option key={value} value={value} label={`${String(count)} on the market`} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
  return (
    <div className="flex flex-col gap-5">
      <Group title="GPU, at least">
        {text('gpuModel', 'Model', 'any', facets?.gpuModels)}
        {number('gpuCountMin', 'GPUs', 'any')}
        {number('vramGibMin', 'VRAM (GiB)', 'any')}
        {number('cudaVersionMin', 'CUDA version', 'any')}
      </Group>
      <Group
        title="Processor, memory, disk, at least"
        note="Memory and VRAM as sold: 3 % less counts, since firmware keeps some."
      >
        {number('cpuThreadsMin', 'CPU threads', 'any')}
        {number('memoryGibMin', 'Memory (GiB)', 'any')}
        {number('diskGibMin', 'Free disk (GiB)', 'any')}
        <Field label="Disk">
          {(control) => (
            <Select {...control} value={draft.diskKind} onChange={(event) => change({ diskKind: event.target.value })}>
              <option value="">Any</option>
              {searchedDiskKinds.map((kind) => (
                <option key={kind} value={kind}>
                  {diskKindWords[kind]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </Group>
      <Group title="Measured speed, at least" note="The reference machine scores 1000.">
        {number('cpuScoreMin', 'CPU score', 'any')}
        {number('storageScoreMin', 'Storage score', 'any')}
        {number('gpuScoreMin', 'GPU score', 'any')}
        {number('networkScoreMin', 'Network score', 'any')}
      </Group>
      <Group title="Reliability, at least" note="Over 180 days. Machines that are too new for a figure are left out.">
        {number('reliabilityMin', 'Per cent', 'any')}
      </Group>
      <Group title={`Price at most (${currency})`} note="Per 1000 points: price per hour ÷ CPU score × 1000.">
        {number('priceMax', 'Per hour', 'any')}
        {number('pricePerGpuHourMax', 'Per GPU-hour', 'any')}
        {number('pricePerScoreMax', 'Per 1000 CPU points', 'any')}
      </Group>
      <Group title="Free" note={`Your zone: ${ZONE}. Empty means any time; hours alone mean from now.`}>
        <Field label="From" error={errors.freeFrom} className="col-span-2">
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={draft.freeFrom}
              onChange={(event) => change({ freeFrom: event.target.value })}
            />
          )}
        </Field>
        {number('freeHours', 'For (hours)', 'any')}
      </Group>
      <Group title="Place and access">
        {text('region', 'Region (declared)', 'any', facets?.regions)}
        <Field label="Access" className="col-span-2">
          {(control) => (
            <Select
              {...control}
              value={draft.accessMode}
              onChange={(event) => change({ accessMode: event.target.value })}
            >
              <option value="">Any</option>
              {accessModes.map((mode) => (
                <option key={mode} value={mode}>
                  {accessModeWords[mode]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </Group>
    </div>
  );
}

function Group({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-[13px] font-semibold">{title}</legend>
      <div className="grid grid-cols-2 items-start gap-x-3 gap-y-3">{children}</div>
      {note !== undefined && <p className="mt-1.5 text-xs text-muted-foreground">{note}</p>}
    </fieldset>
  );
}
