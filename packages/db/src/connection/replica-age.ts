/** A place in the write-ahead log of the primary, in bytes from its beginning, and when somebody began to ask for it. */
interface Mark {
  readonly lsn: bigint;
  readonly askedAtMs: number;
}

/** Five minutes of looks; a replica that is further behind is not told apart from one that stands still. */
const MARKS_MAX = 600;

/**
 * How old what a replica shows can be at most. The primary is asked for its place in the log; as soon as the replica has come
 * that far, it shows everything that was committed before the question. No clock of either server is compared: a replica that
 * lost its primary grows old here, although it has replayed all that it was sent.
 */
export class ReplicaAge {
  readonly #marks: Mark[] = [];
  #freshAsOfMs = Number.NEGATIVE_INFINITY;

  /** @param askedAtMs before the primary was asked, by a clock that never goes back */
  primaryIsAt(lsn: bigint, askedAtMs: number): void {
    if (this.#marks.length >= MARKS_MAX) this.#marks.shift();
    this.#marks.push({ lsn, askedAtMs });
  }

  replicaIsAt(lsn: bigint): void {
    while (this.#marks[0] !== undefined && this.#marks[0].lsn <= lsn) {
      this.#freshAsOfMs = this.#marks[0].askedAtMs;
      this.#marks.shift();
    }
  }

  /** Nothing is known any more: another server may answer there. */
  forget(): void {
    this.#marks.length = 0;
    this.#freshAsOfMs = Number.NEGATIVE_INFINITY;
  }

  /** Milliseconds; infinite while nothing is known. */
  at(nowMs: number): number {
    return nowMs - this.#freshAsOfMs;
  }
}
