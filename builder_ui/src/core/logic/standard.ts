/** JSONLogic's own operators that take evaluated arguments, as json-logic-js 2.0.5 has them. */

import { truthy, type Value } from './values';

// Values of any kind meet here on purpose: JavaScript's own coercions are the definition.
type Any = any;

const number = (value: Value): number => parseFloat(value as string);

function product(...factors: Any[]): Value {
  return factors.reduce((a: Any, b: Any) => number(a) * number(b));
}

function contains(needle: Any, hay: Any): boolean {
  return (typeof hay === 'string' || Array.isArray(hay)) && hay.length > 0 && hay.indexOf(needle) !== -1;
}

function part(source: Any, start: Any, end: Any): string {
  const text = String(source);
  if (!(end < 0)) return text.substr(start, end);
  const rest = text.substr(start);
  return rest.substr(0, rest.length + end);
}

export const STANDARD: Readonly<Record<string, (...args: Any[]) => Value>> = {
  '==': (a, b) => a == b,
  '===': (a, b) => a === b,
  '!=': (a, b) => a != b,
  '!==': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b, c) => (c === undefined ? a < b : a < b && b < c),
  '<=': (a, b, c) => (c === undefined ? a <= b : a <= b && b <= c),
  '!!': (a) => truthy(a),
  '!': (a) => !truthy(a),
  '%': (a, b) => a % b,
  log: (a) => a,
  in: contains,
  cat: (...args) => args.join(''),
  substr: part,
  '+': (...args) => args.reduce((sum: number, term) => sum + number(term), 0),
  '*': product,
  '-': (a, b) => (b === undefined ? -a : a - b),
  '/': (a, b) => a / b,
  min: (...args) => Math.min(...args),
  max: (...args) => Math.max(...args),
  merge: (...args) => args.reduce((joined: Value[], one) => joined.concat(one), []),
};
