/**
 * A rule as a tree and back, without losing a byte. The document is the truth, the tree is a view of
 * it: `bare` remembers whether an operation's only argument stood in a list. Nodes keep their identity
 * as long as the part of the document they show does, and the other way round.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface OpNode {
  readonly kind: 'op';
  readonly op: string;
  readonly args: readonly Node[];
  readonly bare: boolean;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface LitNode {
  readonly kind: 'lit';
  readonly value: Json;
}

export type Node = OpNode | ListNode | LitNode;

const nodes = new WeakMap<object, Node>();
const documents = new WeakMap<Node, Json>();

export const op = (name: string, args: readonly Node[], bare = false): OpNode => ({ kind: 'op', op: name, args, bare });
export const list = (items: readonly Node[]): ListNode => ({ kind: 'list', items });
export const lit = (value: Json): LitNode => ({ kind: 'lit', value });
export const texts = (words: readonly string[]): ListNode => list(words.map(lit));
export const field = (name: string): OpNode => op('var', [lit(name)], true);

const isList = (json: Json): json is readonly Json[] => Array.isArray(json);

function readNew(json: Json): Node {
  if (isList(json)) return list(json.map(read));
  if (json === null || typeof json !== 'object') return lit(json);
  const [entry, second] = Object.entries(json);
  if (!entry || second) return lit(json);
  const [name, argument] = entry;
  return isList(argument) ? op(name, argument.map(read)) : op(name, [read(argument)], true);
}

export function read(json: Json): Node {
  if (json === null || typeof json !== 'object') return lit(json);
  const known = nodes.get(json);
  if (known) return known;
  const node = readNew(json);
  nodes.set(json, node);
  documents.set(node, json);
  return node;
}

/** The document of a tree, built anew from its nodes. */
export function writeNew(node: Node, inner: (node: Node) => Json = writeNew): Json {
  if (node.kind === 'lit') return node.value;
  if (node.kind === 'list') return node.items.map((item) => inner(item));
  const [only] = node.args;
  return { [node.op]: node.bare && only ? inner(only) : node.args.map((arg) => inner(arg)) };
}

/** As `writeNew`, but parts that were read or written before are the same objects again. */
export function write(node: Node): Json {
  const known = documents.get(node);
  if (known !== undefined) return known;
  const json = writeNew(node, write);
  if (node.kind !== 'lit' && typeof json === 'object' && json !== null) {
    documents.set(node, json);
    nodes.set(json, node);
  }
  return json;
}

const escaped = (key: string | number): string => String(key).replaceAll('~', '~0').replaceAll('/', '~1');

/** The JSON pointer one step below `parent`; the server names the same places the same way. */
export const pointer = (parent: string, ...keys: readonly (string | number)[]): string =>
  keys.reduce<string>((at, key) => `${at}/${escaped(key)}`, parent);

export const keysOf = (at: string): readonly string[] =>
  at.split('/').slice(1).map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Where the n-th argument of an operation stands, seen from the operation. */
export const argAt = (node: OpNode, index: number): string => (node.bare ? pointer('', node.op) : pointer('', node.op, index));

const numbered = (key: string | undefined): number => (key === undefined ? 0 : Number(key));

export function nodeAt(root: Node, at: string): Node | null {
  let keys = keysOf(at);
  let node: Node | undefined = root;
  while (node && keys.length > 0) {
    if (node.kind === 'lit') return null;
    if (node.kind === 'op' && node.op !== keys[0]) return null;
    const used: number = node.kind === 'op' && !node.bare ? 2 : 1;
    const index: number = node.kind === 'op' ? (node.bare ? 0 : numbered(keys[1])) : numbered(keys[0]);
    node = (node.kind === 'op' ? node.args : node.items)[index];
    keys = keys.slice(used);
  }
  return node ?? null;
}

/** The tree with one part replaced; everything beside the way to it stays the same object. */
export function replaceAt(root: Node, at: string, part: Node): Node {
  return replace(root, keysOf(at), part);
}

function replace(node: Node, keys: readonly string[], part: Node): Node {
  if (keys.length === 0) return part;
  if (node.kind === 'lit') return node;
  const put = (inside: readonly Node[], index: number, rest: readonly string[]): Node[] =>
    inside.map((item, i) => (i === index ? replace(item, rest, part) : item));
  if (node.kind === 'list') return { ...node, items: put(node.items, numbered(keys[0]), keys.slice(1)) };
  return node.bare
    ? { ...node, args: put(node.args, 0, keys.slice(1)) }
    : { ...node, args: put(node.args, numbered(keys[1]), keys.slice(2)) };
}
