import type { UserId } from '@rsm/domain/common/ids';
import type { BillingData, ProviderTaxData } from '@rsm/domain/documents/tax-data';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type ProviderTaxRow = {
  readonly legal_name: string;
  readonly address: string;
  readonly country: string;
  readonly tax_id: string | null;
  readonly tax_basis_points: number;
};

type BillingRow = {
  readonly name: string;
  readonly address: string;
  readonly country: string | null;
  readonly tax_id: string | null;
};

/** To whom documents are addressed. Issued ones keep what was here when they were issued. */
export class PgTaxData {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findProvider(userId: UserId): Promise<ProviderTaxData | null> {
    const row = await this.#session.row<ProviderTaxRow>(
      'find_provider_tax_data',
      'SELECT legal_name, address, country, tax_id, tax_basis_points FROM provider_tax_data WHERE user_id = ?',
      [userId],
    );
    if (row === null) return null;
    return {
      legalName: row.legal_name,
      address: row.address,
      country: row.country,
      taxId: row.tax_id,
      taxBasisPoints: row.tax_basis_points,
    };
  }

  async findBilling(userId: UserId): Promise<BillingData | null> {
    const row = await this.#session.row<BillingRow>(
      'find_billing_data',
      'SELECT name, address, country, tax_id FROM billing_data WHERE user_id = ?',
      [userId],
    );
    if (row === null) return null;
    return { name: row.name, address: row.address, country: row.country, taxId: row.tax_id };
  }

  async setProvider(userId: UserId, data: ProviderTaxData): Promise<void> {
    await this.#session.rows(
      'set_provider_tax_data',
      `INSERT INTO provider_tax_data (user_id, legal_name, address, country, tax_id, tax_basis_points, changed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET legal_name = excluded.legal_name,
         address = excluded.address, country = excluded.country, tax_id = excluded.tax_id,
         tax_basis_points = excluded.tax_basis_points, changed_at = excluded.changed_at`,
      [userId, data.legalName, data.address, data.country, data.taxId, data.taxBasisPoints, this.#now()],
    );
  }

  async setBilling(userId: UserId, data: BillingData): Promise<void> {
    await this.#session.rows(
      'set_billing_data',
      `INSERT INTO billing_data (user_id, name, address, country, tax_id, changed_at)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, address = excluded.address,
         country = excluded.country, tax_id = excluded.tax_id, changed_at = excluded.changed_at`,
      [userId, data.name, data.address, data.country, data.taxId, this.#now()],
    );
  }

  #now(): string {
    return timestamp(this.#session.clock.now());
  }
}
