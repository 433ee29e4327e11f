/** A rule as a sentence, built from the same shapes the editor draws. */

import type { Translate } from '@/i18n/translate';
import { formatMoney } from './money';
import { testOf, type About, type Test } from './operators';
import type { Json, Node } from './rule';
import { bodyOf, shapeOf, type Group, type Mode } from './ruleShape';
import { tallyOf, type Tally } from './ruleTally';

/** Names of what a rule speaks about, in the reader's language. */
export interface Names {
  readonly t: Translate;
  readonly field: (name: string) => About & { readonly title: string };
  readonly choice: (field: string, value: string) => string;
  readonly parameter: (key: string) => string;
  readonly set: (key: string) => string;
  readonly fact: (name: string, argument: number | null) => string;
  /** What a table is called, and the kind of its values. */
  readonly table: (key: string) => About & { readonly title: string };
}

const FORMULAS: Readonly<Record<string, string>> = { '+': '+', '-': '−', '*': '×', '/': '÷' };
const UNREADABLE = 60;

export function formulaSign(name: string): string | null {
  return FORMULAS[name] ?? null;
}

export const sayJson = (json: Json): string => {
  const text = JSON.stringify(json);
  return text.length > UNREADABLE ? `${text.slice(0, UNREADABLE)}…` : text;
};

/** The field an operand reads, with what stands in when it is empty. */
export function fieldOf(node: Node): { readonly name: string; readonly fallback: Node | null } | null {
  if (node.kind !== 'op' || node.op !== 'var' || node.args.length > 2) return null;
  const [name, fallback] = node.args;
  return name?.kind === 'lit' && typeof name.value === 'string' ? { name: name.value, fallback: fallback ?? null } : null;
}

/** The key of a named parameter or set. */
export function named(node: Node, kind: 'param' | 'set'): string | null {
  if (node.kind !== 'op' || node.op !== kind || !node.bare) return null;
  const [key] = node.args;
  return key?.kind === 'lit' && typeof key.value === 'string' ? key.value : null;
}

/** The instant written as a date and time with its offset. */
export function instantOf(node: Node): string | null {
  if (node.kind !== 'op' || node.op !== 'ts' || node.args.length !== 1) return null;
  const [text] = node.args;
  return text?.kind === 'lit' && typeof text.value === 'string' ? text.value : null;
}

/** A fact beyond the order itself, with the one number it may take. */
export function factOf(node: Node): { readonly name: string; readonly argument: number | null } | null {
  if (node.kind !== 'op' || node.op !== 'fact' || node.args.length > 2) return null;
  const [name, argument] = node.args;
  if (name?.kind !== 'lit' || typeof name.value !== 'string') return null;
  if (!argument) return { name: name.value, argument: null };
  return argument.kind === 'lit' && typeof argument.value === 'number' ? { name: name.value, argument: argument.value } : null;
}

/** A value looked up in a table: under which key, and what counts where there is none. */
export function lookUpOf(node: Node): { readonly table: string; readonly key: Node; readonly fallback: Node | null } | null {
  if (node.kind !== 'op' || node.op !== 'lookup' || node.args.length < 2 || node.args.length > 3) return null;
  const [table, key, fallback] = node.args;
  return key && table?.kind === 'lit' && typeof table.value === 'string' ? { table: table.value, key, fallback: fallback ?? null } : null;
}

function sayLiteral(value: Json, about: About | null, names: Names): string {
  if (value === null || value === '') return names.t('rules.say.empty');
  if (typeof value === 'boolean') return names.t(value ? 'rules.say.yes' : 'rules.say.no');
  if (typeof value === 'number') return about?.kind === 'money' ? formatMoney(value) : String(value);
  if (typeof value === 'string') return about ? names.choice(about.name, value) : value;
  return sayJson(value);
}

export function sayOperand(node: Node, about: About | null, names: Names): string {
  const { t } = names;
  if (node.kind === 'lit') return sayLiteral(node.value, about, names);
  if (node.kind === 'list') {
    return node.items.map((item) => sayOperand(item, about, names)).join(t('common.list_sep')) || t('rules.say.empty');
  }
  const found = fieldOf(node);
  if (found) return names.field(found.name).title;
  const [parameter, set, instant] = [named(node, 'param'), named(node, 'set'), instantOf(node)];
  if (parameter !== null) return names.parameter(parameter);
  if (set !== null) return names.set(set);
  if (instant !== null) return instant.slice(0, 16).replace('T', ' ');
  const fact = factOf(node);
  if (fact) return names.fact(fact.name, fact.argument);
  const tally = tallyOf(node);
  if (tally) return sayTally(tally, names);
  const lookUp = lookUpOf(node);
  if (lookUp) return names.t('rules.say.lookup', { table: names.table(lookUp.table).title, key: sayOperand(lookUp.key, null, names) });
  const sign = formulaSign(node.op);
  const inner = node.args.map((arg) => sayOperand(arg, about, names));
  if (sign && inner.length === 2) return inner.join(` ${sign} `);
  return `${node.op}(${inner.join(', ')})`;
}

function sayTally({ what, field, formula, body }: Tally, names: Names): string {
  const summed = field === null ? (formula ? sayOperand(formula.node, null, names) : '') : names.field(field).title;
  const group = bodyOf(body.node);
  const text = group.kids.length > 0 ? sayGroup(group, names, true) : null;
  if (text === null) return names.t(`rules.say_tally.${what}`, { what: summed });
  return names.t(`rules.say_tally.${what}_where`, { what: summed, text });
}

/** What an operand is about: its own field; of a formula money, if there is any, else its first field. */
type Knowing = Pick<Names, 'field' | 'fact' | 'table'>;

export function aboutOf(node: Node, names: Knowing): (About & { readonly title: string }) | null {
  const found = fieldOf(node);
  if (found) return names.field(found.name);
  const fact = factOf(node);
  if (fact) return { name: '', kind: 'integer', choices: [], title: names.fact(fact.name, fact.argument) };
  const tally = tallyOf(node);
  if (tally) return aboutTally(tally, names);
  const lookUp = lookUpOf(node);
  if (lookUp) return names.table(lookUp.table);
  if (node.kind !== 'op') return null;
  const inside = node.args.map((arg) => aboutOf(arg, names)).filter((about) => about !== null);
  return inside.find((about) => about.kind === 'money') ?? inside[0] ?? null;
}

/** A sum is of the kind of what is summed, a count a number; neither has choices or a name. */
function aboutTally({ field, formula }: Tally, names: Knowing): About & { readonly title: string } {
  const summed = field === null ? formula && aboutOf(formula.node, names) : names.field(field);
  return { name: '', kind: summed?.kind === 'money' ? 'money' : 'integer', choices: [], title: summed?.title ?? '' };
}

export function sayTest(test: Test, names: Names): string {
  const about = aboutOf(test.left.node, names);
  const left = sayOperand(test.left.node, null, names);
  const cmp = sayComparison(test, about, names.t);
  const right = test.right.map((part) => sayOperand(part.node, about, names)).join(names.t('rules.say.to'));
  return [left, cmp, right].filter(Boolean).join(' ');
}

export function sayComparison(test: Pick<Test, 'cmp'>, about: About | null, t: Translate): string {
  if (about?.kind === 'instant' && test.cmp === 'ge') return t('rules.cmp.since');
  if (about?.kind === 'instant' && test.cmp === 'lt') return t('rules.cmp.before');
  return t(`rules.cmp.${test.cmp}`);
}

const JOINS = { all: 'rules.say.and', any: 'rules.say.or', none: 'rules.say.or' } as const;

function sayGroup(group: Group, names: Names, whole: boolean): string {
  const { t } = names;
  if (group.kids.length === 0) return t(group.implied ? 'rules.say.always' : 'rules.say.nothing_yet');
  const text = group.kids.map((kid) => sayPart(kid.node, names, group.kids.length > 1)).join(t(JOINS[group.mode]));
  if (group.mode === 'none') return t('rules.say.not', { text });
  return whole || group.kids.length === 1 ? text : `(${text})`;
}

function sayPart(node: Node, names: Names, among: boolean): string {
  const shape = shapeOf(node);
  if (shape.kind === 'test' || shape.kind === 'tally') return sayTest(shape.test, names);
  if (shape.kind === 'group') return sayGroup(shape, names, !among);
  if (shape.kind === 'lines') {
    const text = sayGroup(bodyOf(shape.body.node), names, true);
    return names.t(`rules.say_lines.${shape.mode}`, { text });
  }
  return node.kind === 'lit' && typeof node.value === 'boolean'
    ? names.t(node.value ? 'rules.say.always' : 'rules.say.never')
    : sayOperand(node, null, names);
}

/** The whole rule. */
export const sayRule = (node: Node, names: Names): string => sayGroup(bodyOf(node), names, true);

/** One part, short enough for a label. */
export function label(node: Node, names: Names): string {
  const shape = shapeOf(node);
  if (shape.kind === 'group') return names.t(`rules.mode.${shape.mode as Mode}`);
  if (shape.kind === 'lines') return names.t(`rules.lines.${shape.mode}`);
  const test = testOf(node);
  return test ? sayTest(test, names) : sayPart(node, names, false);
}
