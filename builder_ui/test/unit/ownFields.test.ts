import { expect, test } from 'vitest';
import { usesOf } from '@/core/fieldUses';
import { changeField, moveField, needed, ofKind, orderModel, toggledKey, withChoices, withField, withoutField } from '@/core/ownFields';
import { OTHERWISE, type Blueprint, type OwnField } from '@/core/ruleDocument';

const title = { zh: '名', en: 'name' };
const field = (key: string, more: Partial<OwnField> = {}): OwnField => ({ id: `id-${key}`, key, title, kind: 'text', ...more });
const buyers = { id: 'm1', key: 'buyers', title, known_by: ['phone'], fields: [field('phone'), field('level', { kind: 'choice', choices: ['gold'] })] };
const own = { extends: 'order', fields: [field('grade')] };
const row = (id: string, when: unknown, then: readonly unknown[] = []) => ({ id, title, when, then });
const base = { key: 'shop', extra: [1, { kept: 'as it is' }], models: [buyers, own] };
const as = (document: unknown): Blueprint => document as Blueprint;

test('fields are added, changed, ordered and taken away; all else stays as it was, byte for byte', () => {
  const before = JSON.stringify(base);
  const made = withField(as(base), 0, title);
  expect(made.field.key).toMatch(/^field-[a-z0-9]{6}$/);
  expect(made.document.models?.[0]?.fields.map((one) => one.key)).toEqual(['phone', 'level', made.field.key]);
  expect(JSON.stringify(withoutField(made.document, 0, 2))).toBe(before);
  const shifted = moveField(as(base), 0, 1, 0);
  expect(shifted.models?.[0]?.fields.map((one) => one.key)).toEqual(['level', 'phone']);
  expect(JSON.stringify(moveField(shifted, 0, 0, 2))).toBe(before);
  const twice = changeField(changeField(as(base), 0, 0, (one) => needed(one, true)), 0, 0, (one) => needed(one, false));
  expect(JSON.stringify(twice)).toBe(before);
  expect(JSON.stringify(base)).toBe(before);
});

test('a field that told records apart no longer does once it is gone', () => {
  expect(withoutField(as(base), 0, 0).models?.[0]).toMatchObject({ known_by: [], fields: [{ key: 'level' }] });
  expect(toggledKey(buyers, 'level').known_by).toEqual(['phone', 'level']);
  expect(toggledKey(buyers, 'phone').known_by).toEqual([]);
});

test('the first field added to the order brings its place, the last one takes it along', () => {
  const bare = as({ key: 'shop', models: [buyers] });
  expect(orderModel(bare)).toBe(1);
  const { document } = withField(bare, orderModel(bare), title);
  expect(document.models?.[1]).toMatchObject({ extends: 'order', fields: [{ kind: 'text' }] });
  expect(withoutField(document, 1, 0)).toEqual(bare);
});

test('only choices have choices', () => {
  const level = withChoices(ofKind(field('x'), 'choice'), '金, 银，金、');
  expect(level).toMatchObject({ kind: 'choice', choices: ['金', '银'] });
  expect(ofKind(level, 'text')).toEqual(field('x'));
});

const list = (id: string, more: unknown, rows: readonly unknown[], otherwise: readonly unknown[] = []) => ({ id, title, rows, otherwise, ...(more as object) });
const record = (...fields: string[]) => ({ do: 'record', model: 'buyers', values: fields.map((key) => ({ field: key, value: { var: 'grade' } })) });
const busy = as({
  ...base,
  rules: [
    list('risk', { stage: 'risk' }, [row('reads', { '>': [{ var: ['grade', 1] }, 0] }), row('other', { var: 'level' }), row('sets', true, [{ do: 'set', field: 'grade', value: 1 }])], [record('phone')]),
    list('change', { trigger: { on: 'record', model: 'buyers' } }, [row('was', { '==': [{ var: 'old.level' }, 'gold'] }), row('same', { var: 'grade' })]),
  ],
  mappings: [{ id: 'tb', title, order: [{ to: 'grade' }] }, { id: 'jd', title, order: [{ to: 'paid' }] }],
  alerts: [{ id: 'told', title, subject: title, text: { zh: '等级 {{ order.grade }}', en: 'grade' } }, { id: 'not', title, text: { zh: 'grade', en: '{{ upgrade }}' } }],
});
const places = (model: number, index: number | null) =>
  usesOf(busy, busy.models?.[model] ?? buyers, index === null ? null : (busy.models?.[model]?.fields[index] ?? null)).map((use) => Object.values(use).join('/'));

test('a field of the order is used where rules read or set it, mappings fill it and messages name it', () => {
  expect(places(1, 0)).toEqual(['rules/risk/reads', 'rules/risk/sets', `rules/risk/${OTHERWISE}`, 'mappings/tb', 'alerts/told']);
});

test('a field of records is used by what writes it, and by what a record sets off, before and after', () => {
  expect(places(0, 0)).toEqual([`rules/risk/${OTHERWISE}`]);
  expect(places(0, 1)).toEqual(['rules/change/was']);
  expect(places(0, null)).toEqual([`rules/risk/${OTHERWISE}`, 'rules/change/']);
});
