import type { UserId } from '../common/ids.ts';

/** Who a provider is to the tax office, as he says himself; it stands on his statements. */
export interface ProviderTaxData {
  readonly legalName: string;
  /** Lines divided by `\n`. */
  readonly address: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** As his country writes it; null when he has none. */
  readonly taxId: string | null;
  /** The rate that his turnover includes, in hundredths of a percent of the net amount. */
  readonly taxBasisPoints: number;
}

/** To whom a renter's invoices are addressed. Without it they bear his display name. */
export interface BillingData {
  readonly name: string;
  /** Lines divided by `\n`. */
  readonly address: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly taxId: string | null;
}

export const ADDRESS_LINES_MAX = 6;
export const ADDRESS_LENGTH_MAX = 500;
export const PARTY_NAME_LENGTH_MAX = 200;
export const TAX_ID_LENGTH_MAX = 40;

/** The lines of an address that are not empty. */
export function addressLines(address: string): readonly string[] {
  return address
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export interface TaxDataReads {
  /** Null as long as the provider has said nothing. */
  findProviderTaxData(userId: UserId): Promise<ProviderTaxData | null>;
  findBillingData(userId: UserId): Promise<BillingData | null>;
}

export interface TaxDataRepository extends TaxDataReads {
  setProviderTaxData(userId: UserId, data: ProviderTaxData): Promise<void>;
  setBillingData(userId: UserId, data: BillingData): Promise<void>;
}
