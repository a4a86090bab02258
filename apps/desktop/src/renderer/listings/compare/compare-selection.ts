/** More columns than this can't be read side by side. */
export const COMPARED_MAX = 4;

export interface Compared {
  readonly id: string;
  readonly title: string;
}

/** The listings that a person ticked for comparing, while the program is open. */
export class CompareSelection {
  readonly #listeners = new Set<() => void>();
  #all: readonly Compared[] = [];

  get = (): readonly Compared[] => this.#all;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Ticks or unticks. A fifth one is not taken. */
  toggle(listing: Compared): void {
    if (this.#all.some(({ id }) => id === listing.id)) this.#become(this.#all.filter(({ id }) => id !== listing.id));
    else if (this.#all.length < COMPARED_MAX) this.#become([...this.#all, listing]);
  }

  /** Ticks exactly these; of more than four the first. */
  replace(listings: readonly Compared[]): void {
    this.#become(listings.slice(0, COMPARED_MAX));
  }

  clear(): void {
    this.#become([]);
  }

  #become(all: readonly Compared[]): void {
    this.#all = all;
    for (const listener of this.#listeners) listener();
  }
}
