import { describe, expect, it } from 'vitest';
import { entriesOf, faultsByCell, merged, readPasted, rowsOf, withRow, type Called, type Kinds } from '@/core/liveTable';

const COURIERS: Kinds = { keys: 'province', values: 'couriers' };
const FEES: Kinds = { keys: 'text', values: 'money' };
const CALLED: Called = {
  couriers: new Map([['ems', 'EMS'], ['zto', 'ZTO'], ['中通', 'ZTO'], ['j&t', 'JTSD']]),
  places: new Map([['偏远地区', '@remote']]),
  others: ['其他地区', '*'],
  yes: '是',
  no: '否',
};
const couriers = (keys: readonly string[], ...pairs: readonly (readonly [string, number])[]) => ({
  keys, value: pairs.map(([courier, weight]) => ({ courier, weight })),
});

describe('rows of a live table', () => {
  it('are what is saved again, a row for each key where keys are no provinces', () => {
    const entries = [couriers(['新疆', '@remote'], ['EMS', 3]), couriers([], ['ZTO', 1])];
    expect(entriesOf(COURIERS, rowsOf(COURIERS, entries))).toEqual(entries);
    const fees = rowsOf(FEES, [{ keys: ['a', 'b'], value: 1250 }]);
    expect(entriesOf(FEES, fees)).toEqual([{ keys: ['a'], value: 1250 }, { keys: ['b'], value: 1250 }]);
  });

  it('send what is no such value as it was typed', () => {
    const [row] = rowsOf(FEES, [{ keys: [' a '], value: 100 }]);
    expect(entriesOf(FEES, [{ ...row!, text: '1,5' }])).toEqual([{ keys: ['a'], value: '1,5' }]);
  });

  it('are added before the one for all other regions, which is always there', () => {
    const rows = withRow(COURIERS, rowsOf(COURIERS, [couriers([], ['ZTO', 1])]));
    expect(entriesOf(COURIERS, rows)).toEqual([couriers([]), couriers([], ['ZTO', 1])]);
    expect(rowsOf(COURIERS, [couriers(['新疆'], ['EMS', 1])])).toHaveLength(2);
  });

  it('take the messages of the cells they are about', () => {
    const errors = [
      { field: '/entries/3/keys/0', message: 'a' }, { field: '/entries/3/keys/1', message: 'b' },
      { field: '/entries/0/value', message: 'c' }, { field: 'version', message: 'd' },
    ];
    expect([...faultsByCell(errors)]).toEqual([['3/keys', 'a'], ['0/value', 'c']]);
  });
});

describe('rows pasted from a spreadsheet', () => {
  it.each([
    ['新疆、西藏\tEMS 3、中通：1', [couriers(['新疆', '西藏'], ['EMS', 3], ['ZTO', 1])]],
    ['偏远地区\tJ&T', [couriers(['@remote'], ['JTSD', 1])]],
    ['其他地区\tZTO\t6\tEMS\t4%', [couriers([], ['ZTO', 6], ['EMS', 4])]],
    ['地区\t快递\n浙江,EMS 2', [couriers(['浙江'], ['EMS', 2])]],
  ])('couriers: %j', (text, wanted) => {
    const found = readPasted(COURIERS, text, CALLED);
    expect(found.unread).toEqual([]);
    expect(entriesOf(COURIERS, found.rows)).toEqual(wanted);
  });

  it('amounts are yuan; lines nobody understands are told of', () => {
    const found = readPasted(FEES, '对象\t金额\r\na\t12.5\r\n\r\nb\tmany\r\n', CALLED);
    expect(entriesOf(FEES, found.rows)).toEqual([{ keys: ['a'], value: 1250 }]);
    expect(found.unread).toEqual([{ line: 4, what: 'many' }]);
  });

  it('yes and no in the words of people', () => {
    const kinds: Kinds = { keys: 'integer', values: 'yes_no' };
    const found = readPasted(kinds, '1\t是\n2\tNo\n3\tperhaps', CALLED);
    expect(entriesOf(kinds, found.rows)).toEqual([{ keys: ['1'], value: true }, { keys: ['2'], value: false }]);
    expect(found.unread).toEqual([{ line: 3, what: 'perhaps' }]);
  });

  it('take the place of rows with the same keys, or of all', () => {
    const rows = rowsOf(COURIERS, [couriers(['西藏', '新疆'], ['ZTO', 1]), couriers(['浙江'], ['ZTO', 1]), couriers([], ['ZTO', 1])]);
    const pasted = readPasted(COURIERS, '新疆、西藏\tEMS\n青海\tEMS', CALLED).rows;
    const ems = (keys: readonly string[]) => couriers(keys, ['EMS', 1]);
    expect(entriesOf(COURIERS, merged(COURIERS, rows, pasted, false))).toEqual([
      ems(['新疆', '西藏']), couriers(['浙江'], ['ZTO', 1]), ems(['青海']), couriers([], ['ZTO', 1]),
    ]);
    expect(entriesOf(COURIERS, merged(COURIERS, rows, pasted, true))).toEqual([
      ems(['新疆', '西藏']), ems(['青海']), couriers([], ['ZTO', 1]),
    ]);
  });
});
