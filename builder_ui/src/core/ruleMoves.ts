/** Adding, taking away and moving parts of a rule. Every change is one pass, so no place shifts under it. */

import type { Node } from './rule';
import { bodyOf, shapeOf, withBody, withKids, type Group, type LineMode, type Mode } from './ruleShape';

/** Before the `index`-th part of the group at `container`, counted before anything moves. */
export interface Place {
  readonly container: string;
  readonly index: number;
}

export interface Slot extends Place {
  readonly depth: number;
  readonly size: number;
  readonly mode: Mode;
  /** The box of line conditions whose contents the group is. */
  readonly lines: LineMode | null;
}

interface Change {
  readonly drop?: string;
  readonly place?: Place;
  readonly put?: readonly Node[];
}

export const placeKey = (place: Place): string => `${place.container}#${place.index}`;

export const insert = (root: Node, place: Place, put: readonly Node[]): Node => body(root, '', { place, put });

export const remove = (root: Node, at: string): Node => body(root, '', { drop: at });

/** The part at `at`, as it is drawn; null when nothing draggable stands there. */
export function partAt(root: Node, at: string): Node | null {
  return drawn(root).find((part) => part.at === at)?.node ?? null;
}

export function move(root: Node, at: string, place: Place): Node {
  const part = partAt(root, at);
  const legal = part && slots(root, at).some((slot) => placeKey(slot) === placeKey(place));
  return part && legal ? body(root, '', { drop: at, place, put: [part] }) : root;
}

export function duplicate(root: Node, at: string): Node {
  const owner = drawn(root).find((part) => part.at === at);
  // A copy must be an object of its own, or two places would share one identity.
  return owner ? insert(root, { container: owner.container, index: owner.index + 1 }, [structuredClone(owner.node)]) : root;
}

function body(node: Node, at: string, change: Change): Node {
  return regroup(node, bodyOf(node), at, change, true);
}

function nested(node: Node, at: string, change: Change): Node {
  const shape = shapeOf(node);
  if (shape.kind === 'group') return regroup(node, shape, at, change, false);
  if (shape.kind !== 'lines') return node;
  const inner = body(shape.body.node, at + shape.body.at, change);
  return inner === shape.body.node ? node : withBody(node, inner);
}

function regroup(node: Node, group: Group, at: string, change: Change, isBody: boolean): Node {
  const kids: Node[] = [];
  const putHere = (index: number): void => {
    if (change.place?.container === at && change.place.index === index) kids.push(...(change.put ?? []));
  };
  group.kids.forEach((kid, index) => {
    putHere(index);
    if (at + kid.at !== change.drop) kids.push(nested(kid.node, at + kid.at, change));
  });
  putHere(group.kids.length);
  const same = kids.length === group.kids.length && kids.every((kid, index) => kid === group.kids[index]?.node);
  return same ? node : withKids(node, kids, isBody);
}

export interface Drawn {
  readonly node: Node;
  readonly at: string;
  readonly container: string;
  readonly index: number;
  readonly depth: number;
}

/** Everything that is drawn as a part of its own, in reading order. */
export function drawn(root: Node): readonly Drawn[] {
  const found: Drawn[] = [];
  walk(root, (group, container, depth) => {
    group.kids.forEach((kid, index) => found.push({ node: kid.node, at: container + kid.at, container, index, depth }));
  });
  return found;
}

type Visit = (group: Group, container: string, depth: number, lines: LineMode | null) => void;

function walk(root: Node, visit: Visit, without?: string): void {
  const enter = (node: Node, at: string, depth: number): void => {
    const shape = shapeOf(node);
    if (shape.kind === 'group') open(shape, at, depth, null);
    if (shape.kind === 'lines') open(bodyOf(shape.body.node), at + shape.body.at, depth, shape.mode);
  };
  const open = (group: Group, at: string, depth: number, lines: LineMode | null): void => {
    visit(group, at, depth, lines);
    for (const kid of group.kids) if (at + kid.at !== without) enter(kid.node, at + kid.at, depth + 1);
  };
  open(bodyOf(root), '', 0, null);
}

/** Every place a part may go to, in reading order; its own place and everything inside it are none. */
export function slots(root: Node, at: string | null): readonly Slot[] {
  const groups: { readonly order: string; readonly slot: Slot }[] = [];
  const inOrder: Slot[] = [];
  const visit = (group: Group, container: string, depth: number, lines: LineMode | null): void => {
    const own = at === null ? -1 : group.kids.findIndex((kid) => container + kid.at === at);
    for (let index = 0; index <= group.kids.length; index += 1) {
      if (own >= 0 && (index === own || index === own + 1)) continue;
      inOrder.push({ container, index, depth, size: group.kids.length, mode: group.mode, lines });
    }
  };
  void groups;
  walk(root, visit, at ?? undefined);
  return readingOrder(root, inOrder, at);
}

/** Places of an inner group come between the places before and after it. */
function readingOrder(root: Node, found: readonly Slot[], without: string | null): readonly Slot[] {
  const of = new Map<string, Slot[]>();
  for (const slot of found) of.set(slot.container, [...(of.get(slot.container) ?? []), slot]);
  const result: Slot[] = [];
  const open = (group: Group, at: string): void => {
    const here = of.get(at) ?? [];
    for (let index = 0; index <= group.kids.length; index += 1) {
      const slot = here.find((candidate) => candidate.index === index);
      if (slot) result.push(slot);
      const kid = group.kids[index];
      if (!kid || at + kid.at === without) continue;
      const shape = shapeOf(kid.node);
      if (shape.kind === 'group') open(shape, at + kid.at);
      if (shape.kind === 'lines') open(bodyOf(shape.body.node), at + kid.at + shape.body.at);
    }
  };
  open(bodyOf(root), '');
  return result;
}

/** Where a part is now, found by its identity. */
export function whereIs(root: Node, part: Node): string | null {
  return drawn(root).find((candidate) => candidate.node === part)?.at ?? null;
}
