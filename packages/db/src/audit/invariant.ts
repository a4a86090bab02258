/** One thing that is always true, as a question to the database whose every row is a breach. */
export type Invariant = {
  /** The number on the list "Always true" of the quality page; from 10 on, what we hold besides. */
  /** The number on the list "Always true" of the quality page; from 10 on those that a room added. */
  readonly number: number;
  readonly name: string;
  /**
   * Statements that select one column `violation` (text), a sentence that names the row. They are written out here and
   * share nothing with the product, so that a mistake there is not repeated here.
   */
  readonly statements: readonly string[];
  /** What the database can't answer; undefined when it answers all of it. */
  readonly needsHosts?: string;
};
