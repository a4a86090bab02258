import { describe, expect, it } from 'vitest';
import { billingDataSet, csvExport, documentPdfRead, providerTaxDataSet } from './documents.ts';

const tax = {
  legalName: 'Rechner AG',
  address: 'Gasse 3\nBern',
  country: 'CH',
  taxId: 'CHE-123.456.789',
  taxBasisPoints: 810,
};
const messageOf = (result: {
  readonly error?: { readonly issues: readonly { readonly message: string }[] } | undefined;
}) => result.error?.issues[0]?.message;

describe('tax data', () => {
  it('is taken as people write it', () => {
    expect(providerTaxDataSet.parse({ ...tax, legalName: '  Rechner AG ' })).toEqual(tax);
    expect(billingDataSet.parse({ name: 'Ada', address: 'Weg 1', country: null, taxId: null })).toMatchObject({
      country: null,
    });
  });

  it.each<[string, object, string, RegExp]>([
    ['no name', { legalName: ' ' }, 'legalName', /Must not be empty/],
    ['a name of two lines', { legalName: 'a\nb' }, 'legalName', /control characters/],
    ['no address', { address: ' \n ' }, 'address', /Must not be empty/],
    ['an address of seven lines', { address: 'a\nb\nc\nd\ne\nf\ng' }, 'address', /at most 6 lines/],
    ['a country in words', { country: 'Germany' }, 'country', /two capital letters/],
    ['a country that is none', { country: 'XX' }, 'country', /two capital letters/],
    ['a country in small letters', { country: 'de' }, 'country', /two capital letters/],
    ['a tax number that begins like a formula', { taxId: '=1+1' }, 'taxId', /letters, digits/],
    ['a negative rate', { taxBasisPoints: -1 }, 'taxBasisPoints', />=0|at least/],
    ['a rate above the whole', { taxBasisPoints: 10_001 }, 'taxBasisPoints', /<=10000|at most/],
    ['a rate in percent', { taxBasisPoints: 8.1 }, 'taxBasisPoints', /int/],
  ])('refuses %s and names the field', (_what, wrong, field, message) => {
    const result = providerTaxDataSet.safeParse({ ...tax, ...wrong });
    expect(result.error?.issues[0]?.path).toEqual([field]);
    expect(messageOf(result)).toMatch(message);
  });
});

describe('an export', () => {
  const from = new Date('2030-11-01T00:00:00Z');
  const to = new Date('2030-12-01T00:00:00Z');

  it('is of the wallet unless another account is named', () => {
    expect(csvExport.parse({ from, to })).toEqual({ account: 'wallet', from: from.getTime(), to: to.getTime() });
  });

  it.each<[string, object, string]>([
    ['of an account of the house', { account: 'platform_revenue', from, to }, 'account'],
    ['that ends before it begins', { from: to, to: from }, 'to'],
    ['of no time', { from, to: from }, 'to'],
    ['without an end', { from }, 'to'],
    ['from a time without a zone', { from: '2030-11-01T00:00:00', to }, 'from'],
  ])('%s is refused and names the field', (_what, input, field) => {
    expect(csvExport.safeParse(input).error?.issues[0]?.path).toEqual([field]);
  });
});

it('a file that is saved has a name that leads nowhere else', () => {
  const base64 = Buffer.from('%PDF-').toString('base64');
  expect(documentPdfRead.safeParse({ suggestedName: 'INV-2030-000001.pdf', base64 }).success).toBe(true);
  expect(documentPdfRead.safeParse({ suggestedName: '../INV-2030-000001.pdf', base64 }).success).toBe(false);
});
