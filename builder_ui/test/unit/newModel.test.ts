import { expect, test } from 'vitest';
import { lacking, NEW_FIELD, NEW_MODEL, withModel } from '@/core/newModel';

const phone = { ...NEW_FIELD, zh: '电话', key: true };
const level = { ...NEW_FIELD, en: 'Level', kind: 'choice' as const, choices: 'gold， silver,gold' };
const wish = { title: { zh: '会员', en: '' }, fields: [phone, NEW_FIELD, level] };

test('a model is made of what was said; what nobody named is left out', () => {
  const model = withModel({ key: 'shop' }, wish).models?.[0];
  const [first, second] = model?.fields ?? [];
  expect(model?.title).toEqual({ zh: '会员', en: '会员' });
  expect(model?.fields).toHaveLength(2);
  expect(second).toMatchObject({ kind: 'choice', choices: ['gold', 'silver'], title: { zh: 'Level', en: 'Level' } });
  expect(model?.known_by).toEqual([first?.key]);
  expect(model?.id).toMatch(/^model-[a-z0-9]+$/);
});

test('what is lacking is named, one thing after the other', () => {
  expect(lacking(NEW_MODEL)).toBe('title');
  expect(lacking({ ...NEW_MODEL, title: wish.title })).toBe('fields');
  expect(lacking({ ...wish, fields: [{ ...phone, key: false }] })).toBe('key');
  expect(lacking({ ...wish, fields: [phone, { ...level, choices: ' ，' }] })).toBe('choices');
  expect(lacking(wish)).toBe(null);
});
