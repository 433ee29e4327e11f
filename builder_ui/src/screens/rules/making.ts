/** New parts of a rule, sensible to start from. */

import { condition } from '@/core/operators';
import { field, lit, op, type Node } from '@/core/rule';
import { newGroup } from '@/core/ruleShape';
import type { Lexicon } from './names';

export function conditionOn(name: string, lexicon: Lexicon): Node {
  return condition(field(name), lexicon.field(name));
}

/** About the order's province; where no order is looked at, about the first field there is. */
export function newCondition(lexicon: Lexicon, inLines: boolean): Node {
  const first = lexicon.field('province').known ? 'province' : (lexicon.own[0] ?? lexicon.order[0])?.name;
  return conditionOn(inLines ? 'title' : (first ?? 'now'), lexicon);
}

export const newLines = (lexicon: Lexicon): Node => op('some', [field('lines'), newCondition(lexicon, true)]);

/** "At least two": pieces, or lines. */
export const newTally = (operand: Node): Node => op('>=', [operand, lit(2)]);

/** A fact that can be judged and is reached: what a channel hides cannot be judged. */
export const factTest = (fact: Node): Node => op('and', [op('!=', [fact, lit(null)]), op('>=', [fact, lit(2)])]);

export const wrapped = (node: Node): Node => newGroup('none', [node]);

/** Fields people ask about most; they come first in the palette. */
export const COMMON = ['province', 'total', 'item_count', 'platform', 'buyer_note', 'tags', 'placed_at'] as const;
export const COMMON_LINE = ['title', 'sku_code', 'quantity', 'gift'] as const;
