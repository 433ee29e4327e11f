/** What each part of a rule looks like: a group, a box of line conditions, a comparison, or a chip. */

import { testOf, type Part, type Test } from './operators';
import { argAt, lit, op, replaceAt, type Node, type OpNode } from './rule';
import { tallyOf, withTallyBody, type Tally } from './ruleTally';

export type Mode = 'all' | 'any' | 'none';
export const LINE_MODES = ['some', 'all', 'none'] as const;
export type LineMode = (typeof LINE_MODES)[number];

export interface Group {
  readonly kind: 'group';
  readonly mode: Mode;
  readonly kids: readonly Part[];
  /** A part that is drawn as a group of one although the document has no group there. */
  readonly implied: boolean;
}

export interface Lines {
  readonly kind: 'lines';
  readonly mode: LineMode;
  readonly over: Part;
  readonly body: Part;
}

/** A sum or count over lines, compared; its conditions are those of the lines that count. */
export interface TallyTest {
  readonly kind: 'tally';
  readonly test: Test;
  readonly tally: Tally;
  /** The conditions, with their place seen from the comparison. */
  readonly body: Part;
}

export type Shape = Group | Lines | TallyTest | { readonly kind: 'test'; readonly test: Test } | { readonly kind: 'raw' };

const shapes = new WeakMap<Node, Shape>();
const RAW: Shape = { kind: 'raw' };

const partsOf = (node: OpNode, at = ''): readonly Part[] =>
  node.args.map((arg, index) => ({ node: arg, at: at + argAt(node, index) }));

const group = (mode: Mode, kids: readonly Part[], implied = false): Group => ({ kind: 'group', mode, kids, implied });

const isOp = (node: Node | undefined, name: string): node is OpNode => node?.kind === 'op' && node.op === name;

export function shapeOf(node: Node): Shape {
  const known = shapes.get(node);
  if (known) return known;
  const shape = node.kind === 'op' ? opShape(node) : RAW;
  shapes.set(node, shape);
  return shape;
}

function opShape(node: OpNode): Shape {
  if (node.op === 'and') return group('all', partsOf(node));
  if (node.op === 'or') return group('any', partsOf(node));
  const test = testOf(node);
  if (test) return tested(test);
  if (node.op === '!' && node.args.length === 1) return noneOf(node);
  const [over, body] = partsOf(node);
  const lines = LINE_MODES.find((mode) => mode === node.op);
  return lines && over && body && node.args.length === 2 && isOp(over.node, 'var') ? { kind: 'lines', mode: lines, over, body } : RAW;
}

function tested(test: Test): Shape {
  const { node, at } = test.left;
  const tally = tallyOf(node);
  return tally ? { kind: 'tally', test, tally, body: { node: tally.body.node, at: at + tally.body.at } } : { kind: 'test', test };
}

/** "not (a or b)" is one choice: none of a, b. Any other "not x" is none of x alone. */
function noneOf(node: OpNode): Group {
  const [inner] = node.args;
  const at = argAt(node, 0);
  if (isOp(inner, 'or')) return group('none', partsOf(inner, at));
  return group('none', inner ? [{ node: inner, at }] : []);
}

/** A whole rule, or what is asked of a line: always drawn as a group. */
export function bodyOf(node: Node): Group {
  const shape = shapeOf(node);
  if (shape.kind === 'group') return shape;
  if (node.kind === 'lit' && node.value === true) return group('all', [], true);
  return group('all', [{ node, at: '' }], true);
}

const OPERATORS = { all: 'and', any: 'or' } as const;

function groupNode(mode: Mode, kids: readonly Node[]): Node {
  return mode === 'none' ? op('!', [op('or', kids)], true) : op(OPERATORS[mode], kids);
}

export const newGroup = (mode: Mode, kids: readonly Node[] = []): Node => groupNode(mode, kids);

/** The group with other contents; its form stays what it was as far as the contents allow. */
export function withKids(node: Node, kids: readonly Node[], isBody: boolean): Node {
  const shape = shapeOf(node);
  const [only] = kids;
  if (isBody && !only) return lit(true);
  if (shape.kind !== 'group' || node.kind !== 'op') return kids.length === 1 && only ? only : op('and', kids);
  if (node.op !== '!') return { ...node, args: kids, bare: node.bare && kids.length === 1 };
  const [inner] = node.args;
  if (isOp(inner, 'or')) return { ...node, args: [{ ...inner, args: kids, bare: inner.bare && kids.length === 1 }] };
  // "not x" with another "or" inside would be read as "none of"; one more pair of brackets keeps it apart.
  const single = kids.length === 1 && only && !isOp(only, 'or') && shapeOf({ ...node, args: [only] }).kind === 'group';
  return { ...node, args: [single ? only : op('or', kids)] };
}

export function withMode(node: Node, mode: Mode): Node {
  const body = bodyOf(node);
  if (body.mode === mode || body.kids.length === 0 && body.implied) return node;
  return groupNode(mode, body.kids.map((kid) => kid.node));
}

/** The same box with other conditions for its lines. */
export function withBody(node: Node, body: Node): Node {
  const shape = shapeOf(node);
  if (shape.kind === 'tally') return replaceAt(node, shape.test.left.at, withTallyBody(shape.test.left.node, body));
  return node.kind === 'op' ? { ...node, args: node.args.map((arg, index) => (index === 1 ? body : arg)) } : node;
}

export function withLineMode(node: Node, mode: LineMode): Node {
  return node.kind === 'op' ? { ...node, op: mode } : node;
}

/** Groups and boxes of line conditions; everything else is a leaf. */
export function isBranch(node: Node): boolean {
  const { kind } = shapeOf(node);
  return kind === 'group' || kind === 'lines' || kind === 'tally';
}

/** Boxes whose conditions are asked of each line: they stand outside of one another. */
export function isLineBox(node: Node): boolean {
  const { kind } = shapeOf(node);
  return kind === 'lines' || kind === 'tally';
}
