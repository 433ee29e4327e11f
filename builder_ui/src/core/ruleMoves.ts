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
  readonly lines: InLines | null;
}

export type InLines = LineMode | 'tally';

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

/** The parts of a group where the group stood. */
export function unpack(root: Node, at: string): Node {
  const own = drawn(root).find((part) => part.at === at);
  const shape = own && shapeOf(own.node);
  if (!own || shape?.kind !== 'group') return root;
  const put = shape.kids.map((kid) => kid.node);
  return body(root, '', { drop: at, place: { container: own.container, index: own.index }, put });
}

function body(node: Node, at: string, change: Change): Node {
  return regroup(node, bodyOf(node), at, change, true);
}

function nested(node: Node, at: string, change: Change): Node {
  const shape = shapeOf(node);
  if (shape.kind === 'group') return regroup(node, shape, at, change, false);
  if (shape.kind !== 'lines' && shape.kind !== 'tally') return node;
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
  const open = ({ group, at: container }: Inside, depth: number): void => {
    group.kids.forEach((kid, index) => {
      const at = container + kid.at;
      found.push({ node: kid.node, at, container, index, depth });
      const inner = inside(kid.node, at);
      if (inner) open(inner, depth + 1);
    });
  };
  open(whole(root), 0);
  return found;
}

interface Inside {
  readonly group: Group;
  readonly at: string;
  readonly lines: InLines | null;
}

/** The group one steps into at a part, if it is drawn with an inside. */
function inside(node: Node, at: string): Inside | null {
  const shape = shapeOf(node);
  if (shape.kind === 'group') return { group: shape, at, lines: null };
  if (shape.kind === 'lines') return { group: bodyOf(shape.body.node), at: at + shape.body.at, lines: shape.mode };
  if (shape.kind === 'tally') return { group: bodyOf(shape.body.node), at: at + shape.body.at, lines: 'tally' };
  return null;
}

const whole = (root: Node): Inside => ({ group: bodyOf(root), at: '', lines: null });

/** Every place a part may go to, in reading order; its own place and everything inside it are none. */
export function slots(root: Node, part: string | null): readonly Slot[] {
  const found: Slot[] = [];
  const open = ({ group, at, lines }: Inside, depth: number): void => {
    const own = part === null ? -1 : group.kids.findIndex((kid) => at + kid.at === part);
    for (let index = 0; index <= group.kids.length; index += 1) {
      const stays = own >= 0 && (index === own || index === own + 1);
      if (!stays) found.push({ container: at, index, depth, size: group.kids.length, mode: group.mode, lines });
      const kid = group.kids[index];
      const inner = kid && index !== own ? inside(kid.node, at + kid.at) : null;
      if (inner) open(inner, depth + 1);
    }
  };
  open(whole(root), 0);
  return found;
}

/** Where a part is now, found by its identity. */
export function whereIs(root: Node, part: Node): string | null {
  return drawn(root).find((candidate) => candidate.node === part)?.at ?? null;
}
