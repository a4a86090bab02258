import { countryCodes } from '@rsm/domain/documents/countries';

const names = new Intl.DisplayNames(undefined, { type: 'region' });

/** All countries by their names in the person's language, in its order. */
export const countries: readonly { readonly code: string; readonly name: string }[] = countryCodes
  .map((code) => ({ code, name: names.of(code) ?? code }))
  .toSorted((a, b) => a.name.localeCompare(b.name));
