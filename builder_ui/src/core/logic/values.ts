/** Values as JSONLogic sees them. */

/** Anything a rule can give while it runs; `undefined` leaves as null. */
export type Value = unknown;

/** JavaScript's truth, but for the empty list. */
export const truthy = (value: Value): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** A part of a value by name; names that every JavaScript object inherits are plain missing. */
export function member(owner: Value, name: string): Value {
  return owner !== null && owner !== undefined && Object.hasOwn(Object(owner) as object, name)
    ? (owner as Readonly<Record<string, Value>>)[name]
    : undefined;
}

/** The value at the end of the steps, or `otherwise` when a step is missing. */
export function follow(start: Value, steps: readonly string[], otherwise: Value): Value {
  let value = start;
  for (const step of steps) {
    value = member(value, step);
    if (value === undefined) return otherwise;
  }
  return value;
}

/** What `var` reads from the data. */
export function variable(data: Value, path?: Value, otherwise: Value = null): Value {
  const missing = otherwise === undefined ? null : otherwise;
  return path === undefined || path === null || path === '' ? data : follow(data, String(path).split('.'), missing);
}
