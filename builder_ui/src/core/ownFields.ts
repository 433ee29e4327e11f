/** Changes to the fields a blueprint adds to the order, and to its own models; nothing is changed in place. */

import { namedChoices } from './newModel';
import { freshId, moved, replaced, without, type Bilingual, type Blueprint, type Model, type OwnField } from './ruleDocument';

const modelsOf = (document: Blueprint): readonly Model[] => document.models ?? [];

export function changeModel(document: Blueprint, at: number, change: (model: Model) => Model): Blueprint {
  const model = modelsOf(document)[at];
  return model ? { ...document, models: replaced(modelsOf(document), at, change(model)) } : document;
}

export const withoutModel = (document: Blueprint, at: number): Blueprint => ({ ...document, models: without(modelsOf(document), at) });

/** Where the fields added to the order stand: behind all models, until there are some. */
export function orderModel(document: Blueprint): number {
  const at = modelsOf(document).findIndex((model) => model.extends === 'order');
  return at < 0 ? modelsOf(document).length : at;
}

const changeFields = (document: Blueprint, at: number, change: (fields: readonly OwnField[]) => readonly OwnField[]): Blueprint =>
  changeModel(document, at, (model) => ({ ...model, fields: change(model.fields) }));

/** With one field more at the end. Its id is drawn by lot: it names a column and never comes back. */
export function withField(document: Blueprint, at: number, title: Bilingual): { readonly document: Blueprint; readonly field: OwnField } {
  const taken = modelsOf(document).flatMap((model) => model.fields).flatMap((field) => [field.id ?? '', field.key]);
  const id = freshId(taken, 'field');
  const field: OwnField = { id, key: id, title, kind: 'text' };
  const made: Blueprint = modelsOf(document)[at] ? document : { ...document, models: [...modelsOf(document), { extends: 'order', fields: [] }] };
  return { document: changeFields(made, at, (fields) => [...fields, field]), field };
}

export const changeField = (document: Blueprint, at: number, index: number, change: (field: OwnField) => OwnField): Blueprint =>
  changeFields(document, at, (fields) => fields.map((field, n) => (n === index ? change(field) : field)));

export const moveField = (document: Blueprint, at: number, from: number, to: number): Blueprint =>
  changeFields(document, at, (fields) => moved(fields, from, to));

/** Without a field, also among those that tell records apart. Fields added to the order go with the last of them. */
export function withoutField(document: Blueprint, at: number, index: number): Blueprint {
  const model = modelsOf(document)[at];
  const key = model?.fields[index]?.key;
  if (!model || key === undefined) return document;
  if (model.extends && model.fields.length === 1) return withoutModel(document, at);
  const fields = without(model.fields, index);
  const known = model.known_by?.includes(key) ? { known_by: model.known_by.filter((one) => one !== key) } : {};
  return changeModel(document, at, () => ({ ...model, ...known, fields }));
}

/** Of another kind; only choices have choices. */
export function ofKind(field: OwnField, kind: OwnField['kind']): OwnField {
  const { choices, ...rest } = field;
  return kind === 'choice' ? { ...rest, kind, choices: choices ?? [] } : { ...rest, kind };
}

export const withChoices = (field: OwnField, text: string): OwnField => ({ ...field, choices: namedChoices(text) });

/** Required, or not: then the document does not speak of it. */
export function needed(field: OwnField, yes: boolean): OwnField {
  const { required, ...rest } = field;
  return yes ? { ...rest, required: true } : rest;
}

export const toggledKey = (model: Model, key: string): Model => {
  const known = model.known_by ?? [];
  const next = known.includes(key) ? known.filter((one) => one !== key) : [...known, key];
  return { ...model, known_by: model.fields.map((field) => field.key).filter((one) => next.includes(one)) };
};
