/**
 * A rule worked out in the browser: a hint while somebody edits, at once and without the server. It means what
 * the server means (both are fuzzed against json-logic-js and against each other); the server decides.
 */

import { argAt, type Node, type OpNode } from '../rule';
import { OWN, type Names } from './own';
import { STANDARD } from './standard';
import { truthy, variable, type Value } from './values';

/** Told of every part that was worked out, by its pointer. */
export type Watch = (pointer: string, value: Value) => void;

type Form = (run: Run, node: OpNode, data: Value, at: string) => Value;

/** The value of a rule; throws where the server would refuse, too. */
export function evaluate(rule: Node, data: Value, names: Names, watch?: Watch): Value {
  const value = new Run(data, names, watch).value(rule, data, '');
  return value === undefined ? null : value;
}

class Run {
  constructor(private readonly root: Value, readonly names: Names, private readonly watch: Watch | undefined) {}

  value(node: Node | undefined, data: Value, at: string): Value {
    if (node === undefined) return undefined;
    if (node.kind === 'lit') return node.value;
    if (node.kind === 'list') return node.items.map((item, index) => this.value(item, data, `${at}/${index}`));
    const form = FORMS.get(node.op);
    const value = form ? form(this, node, data, at) : this.called(node, data, at);
    this.watch?.(at, value);
    return value;
  }

  arg(node: OpNode, index: number, data: Value, at: string): Value {
    const arg = node.args[index];
    return this.value(arg, data, arg ? at + argAt(node, index) : at);
  }

  args(node: OpNode, data: Value, at: string): Value[] {
    return node.args.map((_, index) => this.arg(node, index, data, at));
  }

  holds(node: OpNode, index: number, data: Value, at: string): boolean {
    return truthy(this.arg(node, index, data, at));
  }

  /** What a loop goes through; null when it is no list. */
  items(node: OpNode, data: Value, at: string): readonly Value[] | null {
    const source = this.arg(node, 0, data, at);
    return Array.isArray(source) ? source : null;
  }

  fact(node: OpNode, data: Value, at: string): Value {
    const [name, ...rest] = this.args(node, data, at);
    const key = rest.length > 0 ? `${String(name)}(${JSON.stringify(rest).slice(1, -1)})` : String(name);
    const facts = variable(this.root, '$facts');
    if (facts === null || typeof facts !== 'object' || !Object.hasOwn(facts, key)) throw new Error(`no such fact: ${key}`);
    return (facts as Readonly<Record<string, Value>>)[key];
  }

  private called(node: OpNode, data: Value, at: string): Value {
    const args = this.args(node, data, at);
    if (Object.hasOwn(STANDARD, node.op)) return STANDARD[node.op]?.(...args);
    if (Object.hasOwn(OWN, node.op)) return OWN[node.op]?.(this.names, ...args);
    throw new Error(`no such operator: ${node.op}`);
  }
}

const choose: Form = (run, node, data, at) => {
  const size = node.args.length;
  for (let i = 0; i < size - 1; i += 2) {
    if (run.holds(node, i, data, at)) return run.arg(node, i + 1, data, at);
  }
  return size % 2 === 1 ? run.arg(node, size - 1, data, at) : null;
};

/** The first argument that is false (and), or true (or); else the last. */
const until = (wanted: boolean): Form => (run, node, data, at) => {
  let value: Value;
  for (let i = 0; i < node.args.length; i += 1) {
    value = run.arg(node, i, data, at);
    if (truthy(value) === wanted) return value;
  }
  return value;
};

/** Whether the lines meet the condition; `empty`: what a list without any gives. */
const lines = (empty: boolean, met: (items: readonly Value[], holds: (item: Value) => boolean) => boolean): Form => (run, node, data, at) => {
  const items = run.items(node, data, at);
  return items && items.length > 0 ? met(items, (item) => run.holds(node, 1, item, at)) : empty;
};

const reduce: Form = (run, node, data, at) => {
  const items = run.items(node, data, at);
  const initial = node.args[2] === undefined ? null : run.arg(node, 2, data, at);
  if (!items) return initial;
  return items.reduce((accumulator, current) => run.arg(node, 1, { current, accumulator }, at), initial);
};

function missing(data: Value, keys: readonly Value[]): Value[] {
  return keys.filter((key) => {
    const value = Array.isArray(key) ? variable(data, ...(key as [Value?, Value?])) : variable(data, key);
    return value === null || value === '';
  });
}

const missingSome: Form = (run, node, data, at) => {
  const [need, options] = run.args(node, data, at);
  if (options === null || options === undefined) throw new Error('nothing to look for');
  const absent = missing(data, Array.isArray(options) ? options : [options]);
  const count = (options as { readonly length?: number }).length ?? NaN;
  return count - absent.length >= (need as number) ? [] : absent;
};

const filtered: Form = (run, node, data, at) => (run.items(node, data, at) ?? []).filter((item) => run.holds(node, 1, item, at));

/** What decides for itself which of its arguments are worked out, and on what. */
const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['if', choose],
  ['?:', choose],
  ['and', until(false)],
  ['or', until(true)],
  ['var', (run, node, data, at) => variable(data, ...(run.args(node, data, at) as [Value?, Value?]))],
  ['missing', (run, node, data, at) => {
    const keys = run.args(node, data, at);
    return missing(data, Array.isArray(keys[0]) ? keys[0] : keys);
  }],
  ['missing_some', missingSome],
  ['filter', filtered],
  ['map', (run, node, data, at) => (run.items(node, data, at) ?? []).map((item) => run.arg(node, 1, item, at))],
  ['count_if', (run, node, data, at) => (filtered(run, node, data, at) as Value[]).length],
  ['reduce', reduce],
  ['all', lines(false, (items, holds) => items.every(holds))],
  ['some', lines(false, (items, holds) => items.some(holds))],
  ['none', lines(true, (items, holds) => !items.some(holds))],
  ['fact', (run, node, data, at) => run.fact(node, data, at)],
]);
