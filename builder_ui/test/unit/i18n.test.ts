import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { en } from '@/i18n/en';
import { known, translator } from '@/i18n/translate';
import { zh } from '@/i18n/zh-CN';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f));
const code = files.map((name) => ({ name, text: readFileSync(`${SRC}/${name}`, 'utf8') }));
const params = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)/g)].map((m) => m[1] ?? ''))].toSorted();

test('both catalogues have the same keys', () => {
  expect(Object.keys(en).toSorted()).toEqual(Object.keys(zh).toSorted());
});

test('every text takes the same values in both languages', () => {
  const differ = (Object.keys(zh) as (keyof typeof zh)[]).filter((key) => params(en[key]).join() !== params(zh[key]).join());
  expect(differ).toEqual([]);
});

test('every text of the catalogue is used', () => {
  const all = code.filter((f) => !f.name.startsWith('i18n/')).map((f) => f.text).join('\n');
  // Families of codes are looked up as `prefix.${code}` or through known(prefix, code).
  const families = [...all.matchAll(/[`'"]([a-z_.]+)\.\$\{/g), ...all.matchAll(/known\('([a-z_.]+)'/g), ...all.matchAll(/: '(platform|pay|hold|after|ful|state|delivery|courier|action)'/g)].map((m) => m[1] ?? '');
  const unused = Object.keys(zh).filter((key) => !all.includes(`'${key}'`) && !families.some((f) => key.startsWith(`${f}.`)));
  expect(unused).toEqual([]);
});

test('Chinese texts use Chinese punctuation, and no English text is left among them', () => {
  const odd = Object.entries(zh).filter(([, text]) => /[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]/.test(text)).map(([key]) => key);
  expect(odd).toEqual([]);
  const same = Object.entries(zh).filter(([key, text]) => en[key as keyof typeof zh] === text && /[a-z]{3}/.test(text.replace(/\{\w+\}/g, ''))).map(([key]) => key);
  expect(same).toEqual(['platform.shopify']);
});

test('words of machines do not reach people', () => {
  const machine = /\b(null|payload|json|jsonlogic|regex|boolean|undefined|cursor|fulfil_state|http)\b/i;
  expect(Object.entries({ ...zh, ...en }).filter(([, text]) => machine.test(text)).map(([key]) => key)).toEqual([]);
});

describe('texts are filled', () => {
  const [chinese, english] = [translator('zh-CN'), translator('en')];
  test('numbers get separators, other values stay', () => {
    expect(chinese('orders.total', { n: 12345 })).toBe('12,345 单');
    expect(chinese('orders.copy_no', { no: '2489123456789012345' })).toBe('复制订单号 2489123456789012345');
  });
  test('English has one and many', () => {
    expect(english('orders.total', { n: 1 })).toBe('1 order');
    expect(english('orders.total', { n: 2000 })).toBe('2,000 orders');
  });
  test('codes the catalogue does not know are not invented', () => {
    expect(known('state', 'to_ship')).toBe('state.to_ship');
    expect(known('state', 'constructor')).toBeNull();
  });
});

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
const TOLD_TO_PEOPLE = new Set(['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'label', 'description']);
const worded = (value: unknown): boolean => typeof value === 'string' && /\p{L}{2}|\p{Script=Han}/u.test(value);

function literals(node: Node, inJsx: boolean): string[] {
  const found: string[] = [];
  if (node.type === 'JSXText' && worded(node['value'])) found.push(String(node['value']).trim());
  if (node.type === 'JSXAttribute') {
    const [name, value] = [(node['name'] as Node)['name'], node['value'] as Node | null];
    if (TOLD_TO_PEOPLE.has(String(name)) && value && worded(value['value'])) found.push(String(value['value']));
    inJsx = false;
  }
  if (inJsx && node.type === 'Literal' && worded(node['value'])) found.push(String(node['value']));
  const child = node.type === 'JSXElement' || node.type === 'JSXFragment';
  for (const [key, value] of Object.entries(node)) {
    const inside = child ? key === 'children' : inJsx && !['CallExpression', 'MemberExpression', 'BinaryExpression', 'ArrowFunctionExpression'].includes(node.type) && key !== 'test';
    for (const next of Array.isArray(value) ? value : [value]) if (isNode(next)) found.push(...literals(next, inside));
  }
  return found;
}

test('no screen holds literal text in its JSX', () => {
  const found = code.filter((f) => f.name.endsWith('.tsx')).flatMap(({ name, text }) => literals(parseSync(name, text).program as unknown as Node, false).map((l) => `${name}: ${l}`));
  expect(found).toEqual([]);
});

test('the check for literal text sees literal text', () => {
  const bad = 'export const A = () => <p title="Hello">Hi there{ok ? "yes" : t("x.y")}<b aria-label={"no"}>{"说"}</b></p>;';
  expect(literals(parseSync('bad.tsx', bad).program as unknown as Node, false)).toEqual(['Hello', 'Hi there', 'yes', '说']);
});

// Signs of the channels and the languages' own names are not texts to translate.
const SIGNS = new Set(['ui/Chips.tsx', 'ui/look.ts', 'core/time.ts']);
test('no code holds Chinese outside its comments', () => {
  const found = code.filter((f) => !f.name.startsWith('i18n/') && !SIGNS.has(f.name)).flatMap(({ name, text }) => {
    const bare = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    return (bare.match(/[\u4e00-\u9fff]+/g) ?? []).map((words) => `${name}: ${words}`);
  });
  expect(found).toEqual([]);
});
