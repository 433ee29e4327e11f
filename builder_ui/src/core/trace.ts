/** Turns the server's account of one rule's evaluation into conditions people can read. */

export interface Traced {
  readonly pointer: string;
  readonly op: string;
  readonly value: unknown;
  readonly args: readonly Traced[];
  readonly var?: string;
  readonly title?: { readonly zh: string; readonly en: string };
  readonly item?: number;
  readonly skipped?: boolean;
}

export type Verdict = 'yes' | 'no' | 'open';

export type Term =
  | { readonly kind: 'field'; readonly name: string; readonly value: unknown; readonly title?: { readonly zh: string; readonly en: string } }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'formula'; readonly op: string; readonly terms: readonly Term[]; readonly value: unknown };

export interface Test {
  readonly kind: 'test';
  readonly id: string;
  readonly verdict: Verdict;
  readonly op: string;
  readonly left: Term;
  readonly right: readonly Term[];
}

export interface Group {
  readonly kind: 'group';
  readonly id: string;
  readonly verdict: Verdict;
  readonly mode: 'all' | 'any' | 'none';
  readonly items: readonly Condition[];
}

/** A condition on the order's lines: any, every or no line meets it. */
export interface LineGroup {
  readonly kind: 'lines';
  readonly id: string;
  readonly verdict: Verdict;
  readonly mode: 'some' | 'every' | 'none';
  readonly over: Term;
  readonly items: readonly Condition[];
  /** For each of `items` the line it was judged on, from 1; null where the trace does not say. */
  readonly lines: readonly (number | null)[];
}

export type Condition = Test | Group | LineGroup;

const COMPARISONS: Readonly<Record<string, string>> = {
  '==': 'eq', '===': 'eq', '!=': 'ne', '!==': 'ne', '>': 'gt', '>=': 'ge', '<': 'lt', '<=': 'le', in: 'in',
};
const FORMULAS = new Set(['+', '-', '*', '/', '%', 'min', 'max', 'cat', 'substr', 'if', '?:', 'merge', 'map', 'filter', 'reduce']);
const LITERALS = new Set(['', 'literal', 'lit', 'const', 'value', 'list']);
const LINE_MODES: Readonly<Record<string, LineGroup['mode']>> = { some: 'some', all: 'every', none: 'none' };

/** What counts as true in the rules' dialect: an empty list does not, the text "0" does. */
export function holds(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function verdictOf(node: Traced): Verdict {
  if (node.skipped) return 'open';
  return holds(node.value) ? 'yes' : 'no';
}

function termOf(node: Traced): Term {
  if (node.op === 'var' || node.var !== undefined) {
    const name = node.var ?? String(node.args[0]?.value ?? '');
    return { kind: 'field', name, value: node.value, ...(node.title ? { title: node.title } : {}) };
  }
  if (LITERALS.has(node.op)) return { kind: 'value', value: node.value };
  return { kind: 'formula', op: node.op, terms: node.args.map(termOf), value: node.value };
}

function group(node: Traced, mode: Group['mode'], inner: readonly Traced[]): Group {
  return { kind: 'group', id: node.pointer, verdict: verdictOf(node), mode, items: inner.map(conditionOf) };
}

function negation(node: Traced): Condition {
  const inner = node.args[0];
  if (!inner) return { kind: 'test', id: node.pointer, verdict: verdictOf(node), op: '!', left: { kind: 'value', value: null }, right: [] };
  if (inner.op === 'or') return group(node, 'none', inner.args);
  const term = termOf(inner);
  if (term.kind === 'field' || FORMULAS.has(inner.op)) {
    return { kind: 'test', id: node.pointer, verdict: verdictOf(node), op: 'blank', left: term, right: [] };
  }
  return group(node, 'none', [inner]);
}

function lineGroup(node: Traced, mode: LineGroup['mode']): LineGroup {
  const [over, ...items] = node.args;
  return {
    kind: 'lines', id: node.pointer, verdict: verdictOf(node), mode,
    over: over ? termOf(over) : { kind: 'value', value: null }, items: items.map(conditionOf),
    lines: items.map((item) => (item.item === undefined ? null : item.item + 1)),
  };
}

function testOf(node: Traced): Test {
  const [left, ...right] = node.args.map(termOf);
  const base = { kind: 'test', id: node.pointer, verdict: verdictOf(node) } as const;
  if (node.op === '!!' && left) return { ...base, op: 'present', left, right: [] };
  const between = (node.op === '<=' || node.op === '<') && right.length === 2;
  if (between && right[0] && left) {
    return { ...base, op: node.op === '<' ? 'inside' : 'between', left: right[0], right: [left, ...right.slice(1)] };
  }
  // {"in": ["自提", {"var": "buyer_note"}]} reads "buyer's note contains 自提".
  if (node.op === 'in' && left && left.kind !== 'field' && right[0]?.kind === 'field') {
    return { ...base, op: 'contains', left: right[0], right: [left] };
  }
  return { ...base, op: COMPARISONS[node.op] ?? node.op, left: left ?? { kind: 'value', value: node.value }, right };
}

/** What stands inside a part that was never evaluated was not evaluated either. */
function inherit(node: Traced, skipped: boolean): Traced {
  const here = skipped || node.skipped === true;
  return { ...node, ...(here ? { skipped: true } : {}), args: node.args.map((arg) => inherit(arg, here)) };
}

export function readTrace(root: Traced): Condition {
  return conditionOf(inherit(root, false));
}

function conditionOf(node: Traced): Condition {
  const lines = LINE_MODES[node.op];
  if (node.op === 'and') return group(node, 'all', node.args);
  if (node.op === 'or') return group(node, 'any', node.args);
  if (node.op === '!') return negation(node);
  if (lines) return lineGroup(node, lines);
  const bare = termOf(node);
  if (bare.kind === 'field') {
    return { kind: 'test', id: node.pointer, verdict: verdictOf(node), op: 'present', left: bare, right: [] };
  }
  if (bare.kind === 'value') {
    return { kind: 'test', id: node.pointer, verdict: verdictOf(node), op: 'fixed', left: bare, right: [] };
  }
  return testOf(node);
}

/** The conditions that decided: why it failed, or (for a "none of" group) what should not have held. */
export function deciding(condition: Condition, wanted: Verdict = 'no'): readonly Condition[] {
  if (condition.verdict !== wanted || condition.kind !== 'group') {
    return condition.verdict === wanted ? [condition] : [];
  }
  const inner: Verdict = condition.mode === 'none' ? (wanted === 'no' ? 'yes' : 'no') : wanted;
  const deciders = condition.items.filter((item) => item.verdict === inner);
  if (deciders.length === 0) return [condition];
  const oneIsEnough = condition.mode === 'any' ? wanted === 'yes' : wanted === 'no';
  return (oneIsEnough ? deciders.slice(0, 1) : deciders).flatMap((item) => deciding(item, inner));
}

/** All conditions with their nesting depth, in reading order. */
export function flatten(condition: Condition, depth = 0): readonly { readonly condition: Condition; readonly depth: number }[] {
  const inner = condition.kind === 'test' ? [] : condition.items.flatMap((item) => flatten(item, depth + 1));
  return [{ condition, depth }, ...inner];
}
