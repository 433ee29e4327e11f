import { expect, test } from 'vitest';
import { hasNumber, LABEL_STATES, printFile, sumStates, total } from '@/core/labels';

test('labels are counted over warehouses', () => {
  const sums = sumStates([{ states: { ready: 2, refused: 1 } }, { states: { ready: 3 } }]);
  expect([sums.ready, sums.refused, sums.waiting]).toEqual([5, 1, 0]);
  expect(total(sums)).toBe(6);
  expect(total(sumStates([]))).toBe(0);
});

test('what has a valid number can be printed, also when its parcel left', () => {
  expect(LABEL_STATES.filter(hasNumber)).toEqual(['ready', 'printed', 'left']);
});

test('the file for the print component has the vendor’s part untouched', () => {
  const printing = { print_data: '{"encryptedData":"AES:1"}', template_url: 't' };
  expect(JSON.parse(printFile([{ tracking_no: 'YT1', printing }]))).toEqual([{ tracking_no: 'YT1', printing }]);
});
