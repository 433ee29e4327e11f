// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Blueprint } from '@/core/ruleDocument';
import RulesScreen from '@/screens/rules/RulesScreen';
import { current, useDraft } from '@/screens/rules/draft';
import { useUi } from '@/store/ui';
import { click, show, type, type Screen } from './render';

const FEES = { '>=': [{ lookup: ['fees', { var: 'province' }, 0] }, 1_200] };
const title = (zh: string) => ({ zh, en: zh });
const DRAFT: Blueprint = {
  key: 'shop',
  rules: [
    { id: 'risk', title: title('风险'), stage: 'risk', mode: 'all', rows: [] },
    { id: 'routing', title: title('选仓'), stage: 'routing', rows: [{ id: 'east', title: title('江浙沪'), when: FEES, then: [] }] },
  ],
  tables: [{ key: 'fees', title: title('运费表'), keys: 'province', values: 'money' }],
};
const FINDING = {
  level: 'note', code: 'rules.overlap', where: '/rules/1/rows/0', place: title('「选仓」第 1 行「江浙沪」'),
  message: title('与第 3 行「西部」有重叠。'), how: null, rows: ['east', 'west'], example: title('省份 上海；订单金额 ¥300.00'),
};
const VOCABULARY = {
  facts: [], order: [{ name: 'province', kind: 'text', title: title('省份'), choices: [], channels: {} }], regions: [], region_sets: {}, spelling: { provinces: {}, official_endings: [], place_endings: [] },
  line: [
    { name: 'quantity', kind: 'integer', title: title('数量'), choices: [], channels: {} },
    { name: 'price', kind: 'money', title: title('单价'), choices: [], channels: {} },
    { name: 'title', kind: 'text', title: title('商品名称'), choices: [], channels: {} },
  ],
};
const SUMMARY = { key: 'shop', title: title('店'), revision: 1, live_version: 1, published_at: null, differs: false };
const ANSWERS = {
  'GET /blueprints': () => Response.json({ items: [SUMMARY] }),
  'GET /blueprints/shop': () => Response.json({ ...SUMMARY, draft: DRAFT, parameters: {}, stored_ids: [] }),
  'GET /vocabulary': () => Response.json(VOCABULARY),
  'GET /orders': () => Response.json({ items: [], total: 0, next: null }),
  'POST /blueprints/shop/check': () => Response.json({ findings: [FINDING, { ...FINDING, rows: ['east', 'north'] }] }),
  'POST /blueprints/shop/count': () => Response.json({ orders: 0, lists: [] }),
  'PUT /blueprints/shop/draft': () => Response.json({ revision: 2, findings: [] }),
};

let screen: Screen;
const ids = () => current().rules?.map((list) => list.id);
const press = (label: string): Promise<void> => click(screen.find(`[aria-label="${label}"]`));
const item = async (words: string): Promise<void> => {
  const found = () => [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((one) => one.textContent.startsWith(words));
  await screen.until(() => found() !== undefined);
  await click(found() ?? document.body);
};
const choose = (select: HTMLSelectElement, value: string): Promise<void> => act(async () => {
  select.focus();
  await Promise.resolve();
  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value')?.set?.call(select, value);
  select.dispatchEvent(new Event('change', { bubbles: true }));
});

beforeEach(async () => {
  useUi.setState({ locale: 'zh-CN' });
  screen = await show(<RulesScreen />, ANSWERS);
  await screen.until(() => document.querySelector('[data-list=routing]') !== null);
});

afterEach(async () => {
  await screen.close();
  useDraft.setState({ key: null });
});

describe('lists of rules', () => {
  it('are added where their stage is asked, named, ordered, and taken away with a way back', async () => {
    await press('新列表');
    await item('风险');
    expect(current().rules?.map(({ stage, mode }) => [stage, mode])).toEqual([['risk', 'all'], ['risk', 'all'], ['routing', undefined]]);
    const added = ids()?.[1] ?? '';
    expect(screen.find(`[data-list="${added}"]`).getAttribute('aria-pressed')).toBe('true');

    await press('更多：新列表');
    await item('后移');
    expect(ids()).toEqual(['risk', 'routing', added]);
    await press('更多：新列表');
    await item('删除整个列表');
    expect(ids()).toEqual(['risk', 'routing']);
    await click(screen.button('撤销'));
    expect(ids()).toEqual(['risk', 'routing', added]);
    expect(screen.find(`[data-list="${added}"]`).getAttribute('aria-pressed')).toBe('true');
  });

  it('let their rows compete or act together, and a step back undoes it', async () => {
    await click(screen.find('[data-list=routing]'));
    const mode = (): string | undefined => current().rules?.[1]?.mode;
    await choose(screen.find('select[aria-label="这个列表怎样用规则"]') as HTMLSelectElement, 'all');
    expect(mode()).toBe('all');
    await click(screen.find('[aria-label^="撤销"]'));
    expect(mode()).toBeUndefined();
  });
});

describe('what a table says', () => {
  it('is drawn: the table, what is looked up, what counts without, compared in the kind of its values', async () => {
    await click(screen.find('[data-list=routing]'));
    const value = (label: string): string => (screen.find(`[data-kind=test] [aria-label="${label}"]`) as HTMLInputElement).value;
    expect(['字段', '按什么查', '表里没有时', '值'].map(value)).toEqual(['table:fees', 'province', '0', '12']);
    expect(screen.text()).toContain('“运费表”里 省份 对应的值 不低于 ¥12.00');
    await type(screen.find('[aria-label="表里没有时"]'), '8.5');
    expect(current().rules?.[1]?.rows[0]?.when).toEqual({ '>=': [{ lookup: ['fees', { var: 'province' }, 850] }, 1_200] });
  });
});

describe('findings', () => {
  it('name rows and tell orders as people do, each of several at one row', async () => {
    const said = (): string => screen.find('section[aria-label="检查结果"]').textContent ?? '';
    await screen.until(() => said().includes('「选仓」第 1 行「江浙沪」'));
    expect(said().split('与第 3 行「西部」有重叠。')).toHaveLength(3);
    expect(said()).toContain('例如这样的订单： 省份 上海；订单金额 ¥300.00');
    expect(said()).not.toContain('east');
  });
});
