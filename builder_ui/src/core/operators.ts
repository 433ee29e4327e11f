/** The comparisons people choose from, and which part of a rule is which comparison. */

import { argAt, list, lit, op, texts, type Node, type OpNode } from './rule';

export type Kind = 'text' | 'integer' | 'money' | 'instant' | 'yes_no' | 'choice' | 'texts';

export const COMPARISONS = [
  'eq', 'ne', 'gt', 'ge', 'lt', 'le', 'between', 'in', 'not_in', 'region', 'not_region', 'has', 'not_has', 'starts',
  'not_starts', 'contains', 'not_contains', 'in_set', 'not_in_set', 'time_in', 'not_time_in', 'workday', 'not_workday',
  'present', 'blank', 'known', 'unknown',
] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What stands on the right of a comparison. */
export type Takes = 'one' | 'many' | 'two' | 'clock' | 'set' | 'nothing';

export interface Part {
  readonly node: Node;
  /** The pointer, seen from the condition. */
  readonly at: string;
}

export interface Test {
  readonly cmp: Comparison;
  readonly left: Part;
  readonly right: readonly Part[];
}

const SIMPLE: Readonly<Record<string, Comparison>> = {
  '==': 'eq', '===': 'eq', '!=': 'ne', '!==': 'ne', '>': 'gt', '>=': 'ge', '<': 'lt', '<=': 'le',
  text_has: 'has', starts_with: 'starts', in_region: 'region', in_set: 'in_set',
};
const OPERATORS: Readonly<Partial<Record<Comparison, string>>> = {
  eq: '==', ne: '!=', gt: '>', ge: '>=', lt: '<', le: '<=', has: 'text_has', starts: 'starts_with', region: 'in_region',
  in_set: 'in_set',
};
const NEGATABLE = new Set<Comparison>(['in', 'region', 'has', 'starts', 'contains', 'in_set', 'time_in', 'workday']);
const MANY = new Set<Comparison>(['in', 'region', 'has', 'starts']);

const NOTHING = new Set<Comparison>(['workday', 'present', 'blank', 'known', 'unknown']);
/** Compared with nothing at all: whether there is a value to judge by. */
const ABSENT: Readonly<Record<string, Comparison>> = { '!=': 'known', '==': 'unknown' };

const isField = (node: Node | undefined): boolean => node?.kind === 'op' && node.op === 'var';

function positive(cmp: Comparison): Comparison {
  return cmp.startsWith('not_') ? (cmp.slice(4) as Comparison) : cmp;
}

export function takes(cmp: Comparison): Takes {
  const plain = positive(cmp);
  if (MANY.has(plain)) return 'many';
  if (plain === 'between') return 'two';
  if (plain === 'time_in') return 'clock';
  if (plain === 'in_set') return 'set';
  return NOTHING.has(plain) ? 'nothing' : 'one';
}

/** The comparison a part of a rule is, or null when it is something else. */
export function testOf(node: Node): Test | null {
  if (node.kind !== 'op') return null;
  const [first] = node.args;
  if (node.op === '!' && node.args.length === 1 && first) return negated(node, first);
  if (node.op === '!!' && node.args.length === 1 && first && isField(first)) {
    return { cmp: 'present', left: { node: first, at: argAt(node, 0) }, right: [] };
  }
  if (isField(node)) return { cmp: 'present', left: { node, at: '' }, right: [] };
  return compared(node);
}

function negated(node: OpNode, inner: Node): Test | null {
  const at = argAt(node, 0);
  if (isField(inner)) return { cmp: 'blank', left: { node: inner, at }, right: [] };
  const test = inner.kind === 'op' ? compared(inner) : null;
  if (!test || !NEGATABLE.has(test.cmp)) return null;
  const under = (part: Part): Part => ({ node: part.node, at: at + part.at });
  return { cmp: `not_${test.cmp}` as Comparison, left: under(test.left), right: test.right.map(under) };
}

function compared(node: OpNode): Test | null {
  const parts = node.args.map((arg, index): Part => ({ node: arg, at: argAt(node, index) }));
  const [a, b, c] = parts;
  const size = parts.length;
  if (!a) return null;
  if (node.op === 'workday' && size === 1) return { cmp: 'workday', left: a, right: [] };
  if (!b) return null;
  if (node.op === 'in' && size === 2) {
    const flipped = isField(b.node) && !isField(a.node);
    return flipped ? { cmp: 'contains', left: b, right: [a] } : { cmp: 'in', left: a, right: [b] };
  }
  if (node.op === '<=' && c && size === 3) return { cmp: 'between', left: b, right: [a, c] };
  if (node.op === 'time_in' && c && size === 3) return { cmp: 'time_in', left: a, right: [b, c] };
  const absent = size === 2 && b.node.kind === 'lit' && b.node.value === null ? ABSENT[node.op] : undefined;
  if (absent) return { cmp: absent, left: a, right: [] };
  const cmp = size === 2 ? SIMPLE[node.op] : undefined;
  return cmp ? { cmp, left: a, right: [b] } : null;
}

/** The rule for a comparison; `right` as `takes` says. */
export function build(cmp: Comparison, left: Node, right: readonly Node[]): Node {
  if (cmp.startsWith('not_')) return op('!', [build(positive(cmp), left, right)], true);
  if (cmp === 'present') return op('!!', [left], true);
  if (cmp === 'blank') return op('!', [left], true);
  if (cmp === 'known') return op('!=', [left, lit(null)]);
  if (cmp === 'unknown') return op('==', [left, lit(null)]);
  if (cmp === 'workday') return op('workday', [left]);
  const [a = lit(null), b = lit(null)] = right;
  if (cmp === 'between') return op('<=', [a, left, b]);
  if (cmp === 'contains') return op('in', [a, left]);
  if (cmp === 'time_in') return op('time_in', [left, a, b]);
  if (cmp === 'in') return op('in', [left, a]);
  return op(OPERATORS[cmp] ?? cmp, [left, a]);
}

const NUMBERS: readonly Comparison[] = ['ge', 'gt', 'le', 'lt', 'eq', 'ne', 'between', 'known', 'unknown', 'present', 'blank'];
const OFFERED: Readonly<Record<Kind, readonly Comparison[]>> = {
  text: ['in', 'not_in', 'eq', 'ne', 'has', 'not_has', 'starts', 'not_starts', 'in_set', 'not_in_set', 'present', 'blank'],
  integer: NUMBERS,
  money: NUMBERS,
  instant: ['ge', 'lt', 'time_in', 'not_time_in', 'workday', 'not_workday', 'present', 'blank'],
  yes_no: ['eq', 'ne', 'present', 'blank'],
  choice: ['in', 'not_in', 'eq', 'ne'],
  texts: ['contains', 'not_contains', 'present', 'blank'],
};
const PLACES: ReadonlySet<string> = new Set(['province', 'city', 'district']);

export const isPlace = (name: string): boolean => PLACES.has(name);


/** For sums and counts over lines, which always are a number. */
export const FOR_TALLIES: readonly Comparison[] = ['ge', 'gt', 'le', 'lt', 'eq', 'ne', 'between'];

export function offered(kind: Kind, name: string): readonly Comparison[] {
  return isPlace(name) ? ['region', 'not_region', ...OFFERED[kind]] : OFFERED[kind];
}

const first = (values: readonly string[]): readonly string[] => values.slice(0, 1);

export interface About {
  readonly name: string;
  readonly kind: Kind;
  readonly choices: readonly string[];
}

/** A value to start from, of the kind a field has. */
export function fresh(about: About): Node {
  if (about.kind === 'money') return lit(10_000);
  if (about.kind === 'integer') return lit(1);
  if (about.kind === 'yes_no') return lit(true);
  if (about.kind === 'instant') return op('ts', [lit('2026-01-01T00:00:00+08:00')], true);
  return lit(about.choices[0] ?? '');
}

/** The right side for a comparison, keeping of the old one what still fits. */
export function rightFor(cmp: Comparison, about: About, old: readonly Node[]): readonly Node[] {
  const [was] = old;
  switch (takes(cmp)) {
    case 'nothing': return [];
    case 'clock': return [lit('09:00'), lit('18:00')];
    case 'set': return [lit('')];
    case 'two': return [was ?? fresh(about), old[1] ?? was ?? fresh(about)];
    case 'many': return [asMany(was, about)];
    default: return [asOne(was, about)];
  }
}

function asMany(was: Node | undefined, about: About): Node {
  if (was?.kind === 'list' || (was?.kind === 'op' && was.op === 'set')) return was;
  if (was?.kind === 'lit' && typeof was.value === 'string' && was.value) return list([was]);
  return texts(first(about.choices));
}

function asOne(was: Node | undefined, about: About): Node {
  if (was?.kind === 'list') return was.items[0] ?? fresh(about);
  if (!was || (was.kind === 'op' && was.op === 'set')) return fresh(about);
  return was;
}

const START: Readonly<Record<Kind, Comparison>> = {
  text: 'has', integer: 'ge', money: 'ge', instant: 'time_in', yes_no: 'eq', choice: 'in', texts: 'contains',
};

/** A new condition on a field. */
export function condition(left: Node, about: About): Node {
  const cmp: Comparison = isPlace(about.name) ? 'in' : START[about.kind];
  return build(cmp, left, rightFor(cmp, about, []));
}
