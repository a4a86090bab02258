import { DomainError, notFound } from '../common/domain-error.ts';
import type { DocumentId, UserId } from '../common/ids.ts';
import type { Clock, Instant } from '../common/instant.ts';
import { toIso } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { StatementLine } from '../ledger/ledger.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireAdmin, requireProvider } from '../users/require-role.ts';
import type { Actor } from '../users/user.ts';
import type { DocumentRenderer } from './document-renderer.ts';
import type { DocumentSummary, IssuedDocument } from './document.ts';
import { statementCsv } from './statement-csv.ts';
import type { BillingData, ProviderTaxData } from './tax-data.ts';

export interface DocumentsServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly renderer: DocumentRenderer;
  /** For tests: rows of one export. */
  readonly csvRowsMax?: number;
}

/** A file that the caller keeps. */
export interface TextFile {
  readonly suggestedName: string;
  readonly text: string;
}

/** No export has more rows; a longer one is asked for in parts. */
export const CSV_ROWS_MAX = 20_000;
/** Rows that are read at a time. */
const CSV_ROWS_PER_READ = 1_000;

/** Invoices, statements and exports. Everybody sees his own; an admin's look is written to the audit log. */
export class DocumentsService {
  readonly #options: Required<DocumentsServiceOptions>;

  constructor(options: DocumentsServiceOptions) {
    this.#options = { csvRowsMax: CSV_ROWS_MAX, ...options };
  }

  async list(actor: Actor, input: PageRequest): Promise<Page<DocumentSummary>> {
    return this.#options.uow.reads.documents.list(actor.userId, input);
  }

  /** Somebody else's documents, for an admin. */
  async listOf(actor: Actor, input: PageRequest & { readonly userId: UserId }): Promise<Page<DocumentSummary>> {
    requireAdmin(actor);
    return this.#options.uow.run(async (tx) => {
      await tx.audit.insert({
        actorId: actor.userId,
        action: 'documents.list',
        subjectType: 'user',
        subjectId: input.userId,
        reason: null,
        at: this.#options.clock.now(),
      });
      return tx.documents.list(input.userId, input);
    });
  }

  /** @throws DomainError not_found for everyone but its owner and admins */
  async get(actor: Actor, input: { readonly id: DocumentId }): Promise<IssuedDocument> {
    const document = await this.#options.uow.reads.documents.findById(input.id);
    if (document === null) throw notFound('document');
    if (document.userId === actor.userId) return document;
    if (!actor.roles.includes('admin')) throw notFound('document');
    await this.#options.uow.run((tx) =>
      tx.audit.insert({
        actorId: actor.userId,
        action: 'documents.look',
        subjectType: 'document',
        subjectId: document.id,
        reason: null,
        at: this.#options.clock.now(),
      }),
    );
    return document;
  }

  /** The content as the text whose SHA-256 the document bears. @throws DomainError not_found */
  async data(actor: Actor, input: { readonly id: DocumentId }): Promise<TextFile & { readonly sha256: string }> {
    const { canonical, number, sha256 } = await this.get(actor, input);
    return { suggestedName: `${number}.json`, text: canonical, sha256 };
  }

  /** Drawn from the content each time it is asked for. @throws DomainError not_found */
  async pdf(
    actor: Actor,
    input: { readonly id: DocumentId },
  ): Promise<{ readonly suggestedName: string; readonly bytes: Uint8Array }> {
    const { content, number } = await this.get(actor, input);
    return { suggestedName: `${number}.pdf`, bytes: await this.#options.renderer.render(content) };
  }

  /** The lines of one of the actor's accounts, oldest first. @throws DomainError invalid_input, limit_reached */
  async exportCsv(
    actor: Actor,
    input: {
      readonly account: 'wallet' | 'provider_pending' | 'provider_available';
      readonly from: Instant;
      readonly to: Instant;
    },
  ): Promise<TextFile & { readonly rows: number }> {
    if (input.to <= input.from) {
      throw new DomainError('invalid_input', 'The end must lie after the beginning.', {
        field: 'to',
        remedy: 'Choose a later end or an earlier beginning.',
      });
    }
    const { csvRowsMax, uow } = this.#options;
    const account = { kind: input.account, userId: actor.userId };
    const range = { start: input.from, end: input.to };
    const lines: StatementLine[] = [];
    let after: string | null = null;
    do {
      const limit = Math.min(CSV_ROWS_PER_READ, csvRowsMax + 1);
      const page: Awaited<ReturnType<typeof uow.reads.documents.exportLines>> = await uow.reads.documents.exportLines(
        account,
        range,
        { after, limit },
      );
      lines.push(...page.lines);
      if (lines.length > csvRowsMax) throw tooManyRows(csvRowsMax);
      after = page.lines.length < limit ? null : page.last;
    } while (after !== null);
    const days = `${toIso(input.from).slice(0, 10)}-to-${toIso(input.to).slice(0, 10)}`;
    return { suggestedName: `${input.account}-${days}.csv`, text: statementCsv(lines), rows: lines.length };
  }

  /** Null as long as the provider has said nothing. */
  async providerTaxData(actor: Actor): Promise<ProviderTaxData | null> {
    requireProvider(actor);
    return this.#options.uow.reads.documents.findProviderTaxData(actor.userId);
  }

  /** Later statements bear it; issued ones stay as they are. */
  async setProviderTaxData(actor: Actor, input: ProviderTaxData): Promise<ProviderTaxData> {
    requireProvider(actor);
    return this.#options.uow.run(async (tx) => {
      await tx.documents.setProviderTaxData(actor.userId, input);
      tx.events.add({ ...profileChange(actor), text: 'Your tax data was changed.' });
      return input;
    });
  }

  /** Null as long as the renter has said nothing. */
  async billingData(actor: Actor): Promise<BillingData | null> {
    return this.#options.uow.reads.documents.findBillingData(actor.userId);
  }

  /** Later invoices bear it; issued ones stay as they are. */
  async setBillingData(actor: Actor, input: BillingData): Promise<BillingData> {
    return this.#options.uow.run(async (tx) => {
      await tx.documents.setBillingData(actor.userId, input);
      tx.events.add({ ...profileChange(actor), text: 'Your billing data was changed.' });
      return input;
    });
  }
}

function profileChange(actor: Actor) {
  return { audience: actor.userId, kind: 'profile_changed', subject: 'user', subjectId: actor.userId } as const;
}

function tooManyRows(rowsMax: number): DomainError {
  return new DomainError('limit_reached', `This export would have more than ${String(rowsMax)} rows.`, {
    field: 'to',
    remedy: 'Ask for a shorter stretch of time, and for the rest after it.',
  });
}
