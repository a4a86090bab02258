/** The same object whose fields are either there or not, but never undefined. */
export type Defined<Value extends object> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** Leaves out the fields that are undefined: a form sends them, and they say the same as absent ones. */
export function withoutUndefined<Value extends object>(value: Value): Defined<Value> {
  const copy = { ...value };
  for (const key in copy) {
    if (copy[key] === undefined) delete copy[key];
  }
  if (!isDefined(copy)) throw new Error('A field that was deleted is still there.');
  return copy;
}

function isDefined<Value extends object>(value: Value): value is Value & Defined<Value> {
  return Object.values(value).every((field) => field !== undefined);
}
