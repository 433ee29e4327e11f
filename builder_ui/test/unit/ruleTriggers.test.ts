import { describe, expect, it } from 'vitest';
import type { Model, RuleList } from '@/core/ruleDocument';
import { recordFields } from '@/core/ruleTriggers';

const FIELD = { id: 'fld-1', key: 'reason', kind: 'text', title: { zh: '原因', en: 'Reason' } } as const;
const MODELS: readonly Model[] = [{ id: 'mdl-1', key: 'task', title: { zh: '任务', en: 'Task' }, known_by: ['reason'], fields: [FIELD] }];

const list = (more: Partial<RuleList>): RuleList => ({ id: 'l', title: { zh: '列表', en: 'List' }, rows: [], ...more });

describe('the fields of the record a list looks at', () => {
  // A whole screen is drawn from them: another array with every key somebody types would draw all of it again.
  it.each([{}, { trigger: { on: 'record', model: 'task' } }, { trigger: { on: 'record', model: 'gone' } }] as readonly Partial<RuleList>[])(
    'are the same array for another version of the same list %j',
    (more) => {
      expect(recordFields(list(more), MODELS)).toBe(recordFields({ ...list(more), rows: [] }, MODELS));
    },
  );

  it('are those of its model', () => {
    expect(recordFields(list({ trigger: { on: 'record', model: 'task' } }), MODELS)).toEqual([FIELD]);
    expect(recordFields(list({}), MODELS)).toEqual([]);
  });
});
