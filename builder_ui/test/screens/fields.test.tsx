// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import FieldsScreen from '@/screens/fields/FieldsScreen';
import { current, useDraft } from '@/screens/rules/draft';
import { useView } from '@/screens/rules/view';
import { useToasts } from '@/store/toasts';
import { useUi } from '@/store/ui';
import { calls, click, pick, show, type, type Screen } from './render';

const title = (zh: string) => ({ zh, en: zh });
const BUYERS = {
  id: 'buyer', key: 'buyers', title: title('买家'), known_by: ['phone'],
  fields: [{ id: 'f1', key: 'phone', kind: 'text', title: title('电话') }, { id: 'f2', key: 'level', kind: 'choice', title: title('等级'), choices: ['gold'] }],
};
const REACT = { do: 'record', model: 'buyers', values: [{ field: 'phone', value: 1 }, { field: 'level', value: 'gold' }] };
const DRAFT = {
  key: 'shop', models: [BUYERS],
  rules: [{ id: 'risk', title: title('风险'), stage: 'risk', rows: [{ id: 'all', title: title('记下'), when: true, then: [REACT] }] }],
};
const SUMMARY = { key: 'shop', title: title('店'), revision: 1, live_version: 1, published_at: null, differs: false };

let screen: Screen;
let saved: { readonly document: typeof DRAFT } | null;
vi.setConfig({ testTimeout: 20_000 });
beforeEach(() => {
  useUi.setState({ locale: 'zh-CN' });
  saved = null;
});
afterEach(async () => {
  await screen.close();
  useDraft.setState({ key: null });
  useToasts.setState({ toasts: [] });
});

async function fields(stored: readonly string[] = [], role: 'ops' | 'viewer' = 'ops'): Promise<void> {
  screen = await show(<FieldsScreen />, {
    'GET /blueprints': () => Response.json({ items: [SUMMARY] }),
    'GET /blueprints/shop': () => Response.json({ ...SUMMARY, draft: DRAFT, parameters: {}, stored_ids: stored }),
    'POST /blueprints/shop/check': () => Response.json({ findings: [] }),
    'PUT /blueprints/shop/draft': (body) => {
      saved = body as { document: typeof DRAFT };
      return Response.json({ revision: 2, findings: [] });
    },
  }, { role });
  await screen.until(() => document.querySelector('[data-model=buyers]') !== null);
  await click(screen.find('[data-model=buyers]'));
}

const model = () => current().models?.[0];
const boxes = (key: string): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>(`[data-field="${key}"] input:not([type=checkbox])`)];
const menu = async (what: string, words: string): Promise<void> => {
  await click(screen.find(`[aria-label="更多：${what}"]`));
  const found = () => [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((one) => one.textContent === words);
  await screen.until(() => found() !== undefined);
  await click(found() ?? document.body);
};

test('a field is added, named, made a choice that is required, moved, and kept on the server; each step can be undone', async () => {
  await fields();
  await click(screen.button('加一个字段'));
  const key = model()?.fields[2]?.key ?? '';
  await type(boxes(key)[0] ?? document.body, '来源');
  await pick(screen.find(`[data-field="${key}"] select`), 'choice');
  await type(boxes(key)[2] ?? document.body, '直播，');
  await type(boxes(key)[2] ?? document.body, '直播，门店');
  const required = [...document.querySelectorAll<HTMLInputElement>(`[data-field="${key}"] input[type=checkbox]`)][1];
  await click(required ?? document.body);
  const made = { id: key, key, title: { zh: '来源', en: 'New field' }, kind: 'choice', choices: ['直播', '门店'], required: true };
  expect(model()?.fields[2]).toEqual(made);
  await menu('来源', '上移');
  expect(model()?.fields.map((field) => field.key)).toEqual(['phone', key, 'level']);
  await screen.until(() => saved?.document.models[0]?.fields.length === 3);
  expect(saved?.document.models[0]?.fields[1]).toEqual(made);
  await click(screen.find('[aria-label^="撤销：移动"]'));
  expect(model()?.fields.map((field) => field.key)).toEqual(['phone', 'level', key]);
});

test('what is used is taken away only after its places were shown; they lead to the rule', async () => {
  await fields();
  await menu('等级', '删除字段');
  const dialog = () => document.querySelector('[role=dialog]');
  await screen.until(() => dialog() !== null);
  expect(dialog()?.textContent).toContain('规则“风险” · 第 1 行“记下”');
  expect(model()?.fields).toHaveLength(2);
  await click(screen.button('仍然删除'));
  expect(model()?.fields.map((field) => field.key)).toEqual(['phone']);
  await click(screen.button('撤销'));
  expect(current()).toEqual(DRAFT);
  await click(screen.button('规则“风险”'));
  expect(useView.getState()).toMatchObject({ list: 'risk', row: 'all' });
});

test('what is live keeps its kind and what tells records apart; a viewer changes nothing', async () => {
  await fields(['buyer', 'f1', 'f2']);
  const locked = (key: string) => (screen.find(`[data-field=${key}] select`) as HTMLSelectElement).disabled;
  expect([locked('phone'), locked('level')]).toEqual([true, true]);
  expect((screen.find('[data-field=level] input[type=checkbox]') as HTMLInputElement).disabled).toBe(true);
  await screen.close();
  await fields([], 'viewer');
  await type(boxes('phone')[0] ?? document.body, '手机');
  expect(current()).toEqual(DRAFT);
  expect(calls.some((call) => call.startsWith('PUT'))).toBe(false);
});

test('a new kind of record is a step of the draft and opens', async () => {
  await fields();
  await click(screen.button('新建数据表'));
  await screen.until(() => document.querySelector('[role=dialog]') !== null);
  const [name, , first] = [...document.querySelectorAll<HTMLInputElement>('[role=dialog] input[type=text], [role=dialog] input:not([type])')];
  await type(name ?? document.body, '会员');
  await type(first ?? document.body, '手机');
  await click(screen.button('存进草稿'));
  expect(current().models?.[1]).toMatchObject({ title: title('会员'), fields: [{ title: title('手机'), kind: 'text' }] });
  expect(screen.find('[aria-pressed=true]').textContent).toBe('会员');
  await click(screen.find('[aria-label^="撤销："]'));
  expect(current()).toEqual(DRAFT);
});
