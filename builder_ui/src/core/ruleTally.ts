/** Sums and counts over the lines of an order: what is added up, of which lines. */

import type { Part } from './operators';
import { argAt, field, lit, op, type Node, type OpNode } from './rule';

export interface Tally {
  readonly what: 'count' | 'sum';
  /** The field of a line that is added up. */
  readonly field: string | null;
  /** Or the formula that gives a number for each line. */
  readonly formula: Part | null;
  /** What a line must meet to be counted; `true` for all lines. */
  readonly body: Part;
}

const ALL: Node = lit(true);

const isOp = (node: Node | undefined, name: string): node is OpNode => node?.kind === 'op' && node.op === name;

function isLines(node: Node | undefined): boolean {
  if (!isOp(node, 'var') || node.args.length !== 1) return false;
  const [name] = node.args;
  return name?.kind === 'lit' && name.value === 'lines';
}

/** The condition of the lines an operand goes over; null where it goes over something else. */
function bodyIn(over: Node | undefined, at: string): Part | null {
  if (isLines(over)) return { node: ALL, at: `${at}/filter/1` };
  if (!isOp(over, 'filter') || over.args.length !== 2 || !isLines(over.args[0])) return null;
  return { node: over.args[1] ?? ALL, at: at + argAt(over, 1) };
}

/** The sum or count an operand is, with places as seen from it; null when it is something else. */
export function tallyOf(node: Node): Tally | null {
  const [over, second] = node.kind === 'op' ? node.args : [];
  if (isOp(node, 'count_if')) {
    if (node.args.length !== 2 || !isLines(over) || !second) return null;
    return { what: 'count', field: null, formula: null, body: { node: second, at: argAt(node, 1) } };
  }
  return isOp(node, 'sum_of') ? sumOf(node, over, second) : null;
}

function sumOf(node: OpNode, over: Node | undefined, path: Node | undefined): Tally | null {
  const at = argAt(node, 0);
  if (node.args.length === 2) {
    const body = bodyIn(over, at);
    const named = path?.kind === 'lit' && typeof path.value === 'string' && path.value !== '';
    return body && named ? { what: 'sum', field: String(path.value), formula: null, body } : null;
  }
  if (node.args.length !== 1 || !isOp(over, 'map') || over.args.length !== 2) return null;
  const body = bodyIn(over.args[0], at + argAt(over, 0));
  const formula = over.args[1];
  return body && formula ? { what: 'sum', field: null, formula: { node: formula, at: at + argAt(over, 1) }, body } : null;
}

const LINES = field('lines');
const filtered = (body: Node): Node => (body.kind === 'lit' && body.value === true ? LINES : op('filter', [LINES, body]));

export const countOf = (body: Node = ALL): Node => op('count_if', [LINES, body]);
export const sumOfField = (name: string, body: Node = ALL): Node => op('sum_of', [filtered(body), lit(name)]);
export const sumOfFormula = (formula: Node, body: Node = ALL): Node => op('sum_of', [op('map', [filtered(body), formula])]);

/** The same sum or count of other lines. */
export function withTallyBody(node: Node, body: Node): Node {
  const tally = tallyOf(node);
  if (!tally || node.kind !== 'op' || tally.body.node === body) return node;
  const [over, ...rest] = node.args;
  if (tally.what === 'count') return { ...node, args: [over ?? LINES, body] };
  if (!isOp(over, 'map')) return { ...node, args: [otherLines(over, body), ...rest] };
  return { ...node, args: [{ ...over, args: [otherLines(over.args[0], body), ...over.args.slice(1)] }] };
}

function otherLines(over: Node | undefined, body: Node): Node {
  if (body.kind === 'lit' && body.value === true) return isOp(over, 'filter') ? (over.args[0] ?? LINES) : (over ?? LINES);
  if (isOp(over, 'filter')) return { ...over, args: [over.args[0] ?? LINES, body] };
  return op('filter', [over ?? LINES, body]);
}
