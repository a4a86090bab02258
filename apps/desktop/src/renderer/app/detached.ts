/** Lets work go on by itself, as a click does. What nobody waits for must still be able to say that it failed. */
export function detached(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    reportError(error);
  });
}
