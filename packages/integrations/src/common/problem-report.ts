/**
 * Something that went wrong where nobody can be told through a return value: a mail that could not be sent after the
 * answer, or a failure that must not show because it would tell whether an address exists. The composition root logs it.
 */
export interface Problem {
  /** Where it happened, for the log: `identity.password_reset_mail`. Never an address or a token. */
  readonly what: string;
  readonly cause: unknown;
}

export type ReportProblem = (problem: Problem) => void;
