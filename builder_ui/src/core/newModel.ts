/** A model of one's own, from what a person says about it. */

import { freshId, type Bilingual, type Blueprint, type OwnField } from './ruleDocument';

export const KINDS: readonly OwnField['kind'][] = ['text', 'integer', 'money', 'instant', 'yes_no', 'choice'];

export interface FieldWish {
  readonly zh: string;
  readonly en: string;
  readonly kind: OwnField['kind'];
  /** Of a choice: separated by commas. */
  readonly choices: string;
  /** One of those that tell records apart. */
  readonly key: boolean;
}

export interface ModelWish {
  readonly title: Bilingual;
  readonly fields: readonly FieldWish[];
}

export const NEW_FIELD: FieldWish = { zh: '', en: '', kind: 'text', choices: '', key: false };
export const NEW_MODEL: ModelWish = { title: { zh: '', en: '' }, fields: [{ ...NEW_FIELD, key: true }, NEW_FIELD] };

/** Choices as they are typed: separated by commas, each once. */
export const namedChoices = (text: string): readonly string[] => [...new Set(text.split(/[,，、]/).map((one) => one.trim()).filter(Boolean))];

const choicesOf = (wish: FieldWish): readonly string[] => (wish.kind === 'choice' ? namedChoices(wish.choices) : []);

/** A text that was given in one language only stands for both. */
const both = (zh: string, en: string): Bilingual => ({ zh: zh.trim() || en.trim(), en: en.trim() || zh.trim() });

const named = (wish: FieldWish): boolean => Boolean(wish.zh.trim() || wish.en.trim());

/** What still keeps it from being made: no name, no field, nothing that tells records apart, no choices. */
export function lacking(wish: ModelWish): 'title' | 'fields' | 'key' | 'choices' | null {
  const fields = wish.fields.filter(named);
  if (!wish.title.zh.trim() && !wish.title.en.trim()) return 'title';
  if (fields.length === 0) return 'fields';
  if (!fields.some((field) => field.key)) return 'key';
  return fields.some((field) => field.kind === 'choice' && choicesOf(field).length === 0) ? 'choices' : null;
}

function fieldOf(wish: FieldWish, taken: readonly string[]): OwnField & { readonly id: string } {
  const id = freshId(taken, 'field');
  const choices = choicesOf(wish);
  return { id, key: id, title: both(wish.zh, wish.en), kind: wish.kind, ...(choices.length > 0 ? { choices } : {}) };
}

/** The document with one model more. Its ids are drawn by lot: they never change, and none is used twice. */
export function withModel(document: Blueprint, wish: ModelWish): Blueprint {
  const models = document.models ?? [];
  const id = freshId(models.map((model) => model.id ?? ''), 'model');
  const wishes = wish.fields.filter(named);
  const fields: (OwnField & { readonly id: string })[] = [];
  for (const one of wishes) fields.push(fieldOf(one, fields.map((field) => field.id)));
  const known_by = fields.filter((_, n) => wishes[n]?.key).map((field) => field.key);
  return { ...document, models: [...models, { id, key: id, title: both(wish.title.zh, wish.title.en), known_by, fields }] };
}
