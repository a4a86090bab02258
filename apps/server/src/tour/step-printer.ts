export interface Step {
  readonly name: string;
  readonly ok: boolean;
}

/** Runs steps one after the other and prints a line for each, with its milliseconds. */
export class StepPrinter {
  readonly #print: (line: string) => void;
  readonly #steps: Step[] = [];
  readonly #notes: string[] = [];
  #isRunning = false;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  get hasFailed(): boolean {
    return this.#steps.some((step) => !step.ok);
  }

  /** @throws what the step throws, after its line was printed */
  async run<Result>(title: string, step: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    this.#isRunning = true;
    try {
      const result = await step();
      this.#line({ name: title, ok: true }, startedAt);
      return result;
    } catch (error) {
      this.#line({ name: title, ok: false }, startedAt);
      this.#print(`       ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  }

  /** Says more about the step that runs, below its line, or about the one that has just ended. */
  note(text: string): void {
    if (this.#isRunning) this.#notes.push(text);
    else this.#printNote(text);
  }

  /** What ran, in order. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  #line(step: Step, startedAt: number): void {
    this.#steps.push(step);
    this.#isRunning = false;
    const number = String(this.#steps.length).padStart(2);
    const durationMs = String(Math.round(performance.now() - startedAt)).padStart(7);
    this.#print(`${number} ${step.ok ? 'ok    ' : 'FAILED'} ${durationMs} ms  ${step.name}`);
    for (const note of this.#notes.splice(0)) this.#printNote(note);
  }

  #printNote(note: string): void {
    this.#print(`                     ${note}`);
  }
}
