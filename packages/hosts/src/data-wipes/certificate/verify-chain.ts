import { createHash } from 'node:crypto';
import { verifyCertificate, type CertificateCheck, type ReadCertificate } from './verify-certificate.ts';

/*
 * The offline check of a machine's whole chain of reports. Like the check of one, it knows only what docs/wipes.md says of their form.
 */

export interface NamedReport {
  /** How the caller calls it: the name of its file. */
  readonly name: string;
  readonly jws: string;
}

export interface ChainLink {
  readonly name: string;
  readonly check: CertificateCheck;
  /** What is wrong with the report or with its place, one sentence each; empty when nothing is. */
  readonly problems: readonly string[];
}

export interface ChainCheck {
  readonly verdict: 'whole' | 'broken';
  readonly summary: string;
  /** In the order in which they were checked. */
  readonly links: readonly ChainLink[];
  /** SHA-256 of the newest report, hexadecimal. Later ones can't be missed from here: compare it with the hash that somebody else kept. */
  readonly newestSha256: string | null;
}

interface Opened extends NamedReport {
  readonly check: CertificateCheck;
  readonly sha256: string;
}

/**
 * Checks that the reports are one machine's chain from its first one on: every signature, the order, that none is missing and none was
 * put in the place of another.
 *
 * @param input.order `given`: the reports must stand in their order; `find`: their order follows from the hashes that they name
 */
export async function verifyChain(input: {
  readonly reports: readonly NamedReport[];
  readonly keySet: unknown;
  readonly order: 'given' | 'find';
}): Promise<ChainCheck> {
  const opened: Opened[] = [];
  for (const { name, jws } of input.reports) {
    const text = jws.trim();
    const check = await verifyCertificate({ jws: text, keySet: input.keySet });
    opened.push({ name, jws: text, check, sha256: createHash('sha256').update(text).digest('hex') });
  }
  const ordered = input.order === 'given' ? opened : inChainOrder(opened);
  const links = ordered.map((report, at) => ({
    name: report.name,
    check: report.check,
    problems: problemsOf(report, ordered[at - 1] ?? null, ordered),
  }));
  const broken = links.filter(({ problems }) => problems.length > 0).length;
  const isWhole = links.length > 0 && broken === 0;
  return {
    verdict: isWhole ? 'whole' : 'broken',
    summary: isWhole
      ? `Chain valid: ${String(links.length)} reports of one machine from its first on, none missing between them, every signature valid.`
      : `Chain not valid: ${links.length === 0 ? 'there is no report' : `${String(broken)} of ${String(links.length)} reports have something wrong`}.`,
    links,
    newestSha256: ordered.at(-1)?.sha256 ?? null,
  };
}

/** Follows the hashes from the first report on. What can't be reached comes last, by the time that it states. */
function inChainOrder(reports: readonly Opened[]): readonly Opened[] {
  const rest = new Set(reports.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b))));
  const ordered: Opened[] = [];
  let wanted: string | null = null;
  for (;;) {
    const next: Opened | undefined = [...rest].find(({ check }) => check.certificate?.previousSha256 === wanted);
    if (next === undefined) return [...ordered, ...rest];
    rest.delete(next);
    ordered.push(next);
    wanted = next.sha256;
  }
}

function timeOf({ check }: Opened): string {
  return check.certificate?.issuedAt ?? '';
}

function problemsOf(report: Opened, before: Opened | null, all: readonly Opened[]): readonly string[] {
  const { certificate, reasons } = report.check;
  // Nothing in it can be relied on, so nothing more is said of it.
  if (certificate === null) return reasons;
  return [
    ...placeProblems(certificate, before, all),
    ...all
      .filter((other) => other !== report && other.sha256 === report.sha256)
      .slice(0, 1)
      .map(({ name }) => `It is the same report as "${name}".`),
    ...(before?.check.certificate ? neighbourProblems(certificate, before.check.certificate, before.name) : []),
  ];
}

function placeProblems(certificate: ReadCertificate, before: Opened | null, all: readonly Opened[]): readonly string[] {
  const { previousSha256 } = certificate;
  if (previousSha256 === (before?.sha256 ?? null)) return [];
  if (previousSha256 === null)
    return ['It says that it is the first report of its machine, and another one stands before it.'];
  const named = all.find(({ sha256 }) => sha256 === previousSha256);
  if (named !== undefined)
    return [`It is not in its place: it follows "${named.name}", and that does not stand right before it.`];
  return [
    `The report before it is missing or was changed: it follows one with SHA-256 ${previousSha256}, which is not among the given ones.`,
  ];
}

function neighbourProblems(own: ReadCertificate, earlier: ReadCertificate, name: string): readonly string[] {
  return [
    ...(own.machine.id === earlier.machine.id ? [] : [`It is of another machine than "${name}".`]),
    ...(Date.parse(own.issuedAt) >= Date.parse(earlier.issuedAt)
      ? []
      : [`It says that it was issued at ${own.issuedAt}, which is before "${name}" was (${earlier.issuedAt}).`]),
  ];
}
