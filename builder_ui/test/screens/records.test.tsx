// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import RecordsScreen from '@/screens/records/RecordsScreen';
import RulesScreen from '@/screens/rules/RulesScreen';
import { current, useDraft } from '@/screens/rules/draft';
import { useView } from '@/screens/rules/view';
import { useUi } from '@/store/ui';
import { click, show, type, type Screen } from './render';

const title = (zh: string) => ({ zh, en: zh });
const FIELDS = [
  { id: 'f1', key: 'phone', kind: 'text', title: title('电话'), choices: [] },
  { id: 'f2', key: 'level', kind: 'choice', title: title('等级'), choices: ['gold', 'silver'] },
  { id: 'f3', key: 'spent', kind: 'money', title: title('消费'), choices: [] },
];
const MODEL = { key: 'buyers', title: title('买家'), fields: FIELDS.map((field) => ({ ...field, known_by: field.key === 'phone' })) };
const BUYER = { id: '5', changed_at: '2026-11-28T02:00:30Z', order_id: '9', values: { phone: '13800001111', spent: 6900 } };

let screen: Screen;
vi.setConfig({ testTimeout: 20_000 });
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(async () => {
  await screen.close();
  useDraft.setState({ key: null });
  useView.setState({ sample: null, list: null });
});

test('records are shown with their fields and lead to their order', async () => {
  screen = await show(<RecordsScreen />, {
    'GET /records': () => Response.json({ items: [MODEL] }),
    'GET /records/buyers': () => Response.json({ model: MODEL, items: [BUYER], next: null }),
  });
  await screen.until(() => screen.text().includes('13800001111'));
  expect(screen.text()).toContain('¥69.00');
  expect(screen.find('td a').getAttribute('href')).toBe('/orders/9');
});

const SUMMARY = { key: 'shop', title: title('店'), revision: 1, live_version: 1, published_at: null, differs: false };
const DRAFT = {
  key: 'shop', models: [{ id: 'buyer', key: 'buyers', title: title('买家'), known_by: ['phone'], fields: FIELDS }],
  rules: [{ id: 'risk', title: title('风险'), stage: 'risk', rows: [{ id: 'all', title: title('全部'), when: true, then: [] }] }],
};
const VOCABULARY = {
  facts: [], line: [{ name: 'quantity', kind: 'integer', title: title('数量'), choices: [], channels: {} }], regions: [], region_sets: {},
  order: [{ name: 'phone', kind: 'text', title: title('收货电话'), choices: [], channels: {} }],
  spelling: { provinces: {}, official_endings: [], place_endings: [] },
};
const RUNS = { next_at: '2026-11-29T02:00:00Z', running: false, last_moment: '2026-11-28T02:00:00Z', missed_since: '2026-11-26T02:00:00Z', looked_at: 7, did: 2 };
const ANSWERS = {
  'GET /blueprints': () => Response.json({ items: [SUMMARY] }),
  'GET /blueprints/shop': () => Response.json({ ...SUMMARY, draft: DRAFT, parameters: {}, stored_ids: [] }),
  'GET /blueprints/shop/schedules': () => Response.json({ items: [{ ...RUNS, list: current().rules?.[1]?.id }] }),
  'GET /vocabulary': () => Response.json(VOCABULARY),
  'GET /orders': () => Response.json({ items: [], total: 0, next: null }),
  'POST /blueprints/shop/count': () => Response.json({ orders: 0, lists: [] }),
  'PUT /blueprints/shop/draft': () => Response.json({ revision: 2, findings: [] }),
};
const press = (label: string): Promise<void> => click(screen.find(`[aria-label="${label}"]`));
const item = async (words: string): Promise<void> => {
  const found = () => [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((one) => one.textContent.startsWith(words));
  await screen.until(() => found() !== undefined);
  await click(found() ?? document.body);
};
const choose = (label: string, value: string): Promise<void> => act(async () => {
  const select = screen.find(`select[aria-label="${label}"]`) as HTMLSelectElement;
  select.focus();
  await Promise.resolve();
  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value')?.set?.call(select, value);
  select.dispatchEvent(new Event('change', { bubbles: true }));
});

async function rules(): Promise<void> {
  screen = await show(<RulesScreen />, ANSWERS);
  await screen.until(() => document.querySelector('[data-list=risk]') !== null && screen.text().includes('记入数据表'));
}

test('stretches without a hit are passed over until there is one', async () => {
  let asked = 0;
  screen = await show(<RecordsScreen />, {
    'GET /records': () => Response.json({ items: [MODEL] }),
    'GET /records/buyers': () => {
      asked += 1;
      const [isFirst, isLast] = [asked === 1, asked >= 5];
      return Response.json({ model: MODEL, items: isLast ? [BUYER] : [], next: isFirst || isLast ? null : `c${asked}` });
    },
  });
  await screen.until(() => document.querySelector('input[type=search]') !== null);
  await type(screen.find('input[type=search]') as HTMLInputElement, '1380');
  await screen.until(() => screen.text().includes('13800001111'));
  expect(asked).toBe(5);
});

test('a rule writes a record: which one, and what is set', async () => {
  await rules();
  await click(screen.find('[data-tile=new-record]'));
  const action = () => current().rules?.[0]?.rows[0]?.then[0];
  expect(action()).toEqual({ do: 'record', model: 'buyers', values: [{ field: 'phone', value: { var: 'phone' } }] });
  expect(screen.text()).toContain('其中电话是');
  await press('再写一个字段');
  await item('等级');
  await choose('等级的值', 'silver');
  expect(action()?.values?.[1]).toEqual({ field: 'level', value: 'silver' });
  await press('不写等级');
  expect(action()?.values).toHaveLength(1);
});

test('a sum over lines that an action sets is drawn: what is added up, and which lines count', async () => {
  const sum = { sum_of: [{ filter: [{ var: 'lines' }, { and: [{ '>=': [{ var: 'quantity' }, 2] }, { '!': [{ missing: ['x'] }] }] }] }, 'quantity'] };
  const set = { do: 'record', model: 'buyers', values: [{ field: 'phone', value: { var: 'phone' } }, { field: 'spent', value: sum }] };
  const rules = [{ ...DRAFT.rules[0], rows: [{ id: 'all', title: title('全部'), when: true, then: [set] }] }];
  screen = await show(<RulesScreen />, {
    ...ANSWERS, 'GET /blueprints/shop': () => Response.json({ ...SUMMARY, draft: { ...DRAFT, rules }, parameters: {}, stored_ids: [] }),
  });
  await screen.until(() => document.querySelector('[data-kind=tally]') !== null && screen.text().includes('数量合计'));
  const value = () => current().rules?.[0]?.rows[0]?.then[0]?.values?.[1]?.value;
  expect(value()).toEqual(sum);
  const number = screen.find('[data-kind=tally] [data-kind=test] input') as HTMLInputElement;
  expect(number.value).toBe('2');
  await type(number, '3');
  expect(value()).toEqual({ sum_of: [{ filter: [{ var: 'lines' }, { and: [{ '>=': [{ var: 'quantity' }, 3] }, { '!': [{ missing: ['x'] }] }] }] }, 'quantity'] });
  await press('去掉第 2 个明细条件');
  await press('去掉第 1 个明细条件');
  expect(value()).toEqual({ sum_of: [{ var: 'lines' }, 'quantity'] });
  await click([...document.querySelectorAll<HTMLElement>('[data-value=spent] button')].find((one) => one.textContent === '条件') ?? document.body);
  expect(JSON.stringify(value())).toContain('"filter"');
});

test('a list runs at set times, and says when it will and how it went', async () => {
  await rules();
  await press('新列表');
  await item('到时间时');
  const trigger = () => current().rules?.[1]?.trigger;
  expect(trigger()).toEqual({ on: 'schedule', schedule: { daily_at: '09:00' }, over: 'orders' });
  await choose('多久一次', 'week');
  await click(screen.button('周六'));
  expect(trigger()?.schedule).toEqual({ daily_at: '09:00', weekdays: [1, 2, 3, 4, 5, 6] });
  await choose('看什么', 'records');
  expect(trigger()).toMatchObject({ over: 'records', model: 'buyers' });
  await screen.until(() => screen.text().includes('看了 7 个，2 个有动作'));
  expect(screen.text()).toContain('错过');
});

test('a list that looks at records is tried on the newest one, on the next, and on one made up', async () => {
  const asked: { readonly list: string; readonly values: unknown; readonly before: unknown }[] = [];
  const on = { id: 'up', title: title('升级'), trigger: { on: 'record', model: 'buyers', event: 'any' }, mode: 'all', rows: [{ id: 'gold', title: title('升金卡'), when: { '==': [{ var: 'level' }, 'gold'] }, then: [] }] };
  const trace = { pointer: '', op: '==', value: true, skipped: false, args: [] };
  screen = await show(<RulesScreen />, {
    ...ANSWERS,
    'GET /blueprints/shop': () => Response.json({ ...SUMMARY, draft: { ...DRAFT, rules: [on] }, parameters: {}, stored_ids: [] }),
    'GET /records/buyers': () => Response.json({ model: MODEL, items: [BUYER, { ...BUYER, id: '4', values: { phone: '13900002222', level: 'gold' } }], next: null }),
    'POST /blueprints/shop/check': () => Response.json({ findings: [] }),
    'POST /blueprints/shop/try-record': (body) => {
      const { values } = body as { values: { level?: string } };
      asked.push(body as (typeof asked)[number]);
      const matched = values.level === 'gold';
      return Response.json({ lists: [{ id: 'up', acting: matched ? ['gold'] : [], rows: [{ id: 'gold', matched, trace: { ...trace, value: matched }, failed: null }], seen: values }] });
    },
  });
  const verdict = () => document.querySelector('[data-some]');
  await screen.until(() => verdict()?.getAttribute('data-some') === 'false' && screen.text().includes('消费 ¥69.00'));
  expect(asked.at(-1)).toMatchObject({ list: 'up', values: BUYER.values, before: BUYER.values });
  await click(screen.button('换一条记录'));
  await screen.until(() => verdict()?.textContent === '会用：升金卡');
  expect(document.querySelector('[data-row=gold]')?.getAttribute('data-acting')).toBe('true');
  await click(screen.button('改样例的值'));
  await screen.until(() => document.querySelector('select[aria-label="等级"]') !== null);
  await choose('等级', 'silver');
  await screen.until(() => verdict()?.getAttribute('data-some') === 'false');
  expect(asked.at(-1)).toMatchObject({ values: { level: 'silver' }, before: { level: 'gold' } });
  await click(screen.find('input[type=checkbox]'));
  await screen.until(() => asked.at(-1)?.before === null);
});

test('a list that a record sets off reads the record, as it is and as it was', async () => {
  await rules();
  await press('新列表');
  await item('记录变化时');
  expect(current().rules?.[1]?.trigger).toEqual({ on: 'record', model: 'buyers', event: 'any' });
  await click(screen.button('新规则'));
  const tiles = [...document.querySelectorAll('[data-tile]')].map((tile) => tile.getAttribute('data-tile'));
  expect(tiles).toContain('new-old.level');
  expect(tiles).toContain('new-created');
  expect(tiles).not.toContain('new-lines');
  expect(tiles).not.toContain('new-hold');
  expect(tiles).toContain('new-record');
});
