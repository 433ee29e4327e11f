/** What the drag layer needs to know about a part of a rule, a row, an action or a warehouse. */

import { focusGrip, type Choice, type Item, type Target } from '@/dnd/drag';
import type { Node } from '@/core/rule';
import { drawn, insert, move, placeKey, slots, whereIs, type Place, type Slot } from '@/core/ruleMoves';
import { label as labelOf } from '@/core/ruleSay';
import { isLineBox } from '@/core/ruleShape';
import { editRule, rule } from './edit';
import type { Lexicon } from './names';

export const WHEN = 'when:';

export const placeOf = (target: Target): Place | null =>
  target.zone.startsWith(WHEN) ? { container: target.zone.slice(WHEN.length), index: target.index } : null;

export const gripOf = (at: string): string => `part${at}`;

/** Line conditions cannot stand inside line conditions. */
export const fitting = (found: readonly Slot[], part: Node): readonly Slot[] => (isLineBox(part) ? found.filter((slot) => !slot.lines) : found);

export function sayPlace(slot: Slot, { t }: Lexicon): string {
  const group = slot.lines ? t(`rules.lines.${slot.lines}`) : t(`rules.mode.${slot.mode}`);
  const n = slot.index + 1;
  return slot.depth === 0 ? t('rules.place_top', { group, n }) : t('rules.place_in', { group, n });
}

const choicesOf = (found: readonly Slot[], lexicon: Lexicon): readonly Choice[] =>
  found.map((slot) => ({ zone: WHEN + slot.container, index: slot.index, words: sayPlace(slot, lexicon) }));

function accepting(found: readonly Slot[]): (target: Target) => boolean {
  const keys = new Set(found.map(placeKey));
  return (target) => {
    const place = placeOf(target);
    return place !== null && keys.has(placeKey(place));
  };
}

export function moveTo(at: string, node: Node, place: Place, lexicon: Lexicon): void {
  const what = labelOf(node, lexicon);
  editRule((root) => move(root, at, place), lexicon.t('rules.step.move', { what }));
  const now = whereIs(rule(), node);
  if (now !== null) focusGrip(gripOf(now));
}

/** A part that stands in the rule. */
export function partItem(at: string, node: Node, lexicon: Lexicon): Item {
  const found = fitting(slots(rule(), at), node);
  const everything = slots(rule(), null).map(placeKey);
  const own = drawn(rule()).find((part) => part.at === at);
  const stands = own ? everything.indexOf(placeKey(own)) : 0;
  const after = (): number => {
    const next = found.findIndex((slot) => everything.indexOf(placeKey(slot)) > stands);
    return next < 0 ? found.length - 1 : next;
  };
  return {
    id: gripOf(at), label: labelOf(node, lexicon), accepts: accepting(found), choices: () => choicesOf(found, lexicon), from: after,
    drop: (target) => {
      const place = placeOf(target);
      if (place) moveTo(at, node, place, lexicon);
    },
  };
}

export function add(make: () => Node, place: Place, what: string, lexicon: Lexicon): void {
  const node = make();
  editRule((root) => insert(root, place, [node]), lexicon.t('rules.step.add', { what }));
  const now = whereIs(rule(), node);
  if (now !== null) focusGrip(gripOf(now));
}

/** A new part from the palette. */
export function newItem(id: string, what: string, make: (inLines: boolean) => Node, lexicon: Lexicon): Item {
  const found = fitting(slots(rule(), null), make(true));
  return {
    id, label: what, accepts: accepting(found), choices: () => choicesOf(found, lexicon), from: () => found.length - 1,
    drop: (target) => {
      const place = placeOf(target);
      const slot = place && found.find((one) => placeKey(one) === placeKey(place));
      if (place) add(() => make(Boolean(slot?.lines)), place, what, lexicon);
    },
  };
}

/** Something in a plain list: rows, actions, warehouses. */
export function listItem(
  zone: string, index: number, size: number, what: string, id: string, words: (place: number) => string, drop: (to: number) => void,
): Item {
  const places = Array.from({ length: size + 1 }, (_, to) => to).filter((to) => to !== index && to !== index + 1);
  return {
    id, label: what, from: (choices) => choices.findIndex((choice) => choice.index > index),
    accepts: (target) => target.zone === zone && places.includes(target.index),
    choices: () => places.map((to) => ({ zone, index: to, words: words(to > index ? to : to + 1) })),
    drop: (target) => {
      drop(target.index);
      focusGrip(id);
    },
  };
}
