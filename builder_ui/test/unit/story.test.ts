import { expect, test } from 'vitest';
import { gaps, isRefusal, stages, type Entry } from '@/core/story';

const entry = (kind: string, detail: unknown = {}, at = '2026-11-22T10:00:00Z'): Entry => ({ kind, detail, at });
const told = (story: Entry[], open = 0): string => stages(story, open).map((s) => s.state[0]).join('');
const ROUTE = entry('routed', { row: { id: 'r' }, chosen: 'hz' });
const START = [entry('received'), entry('mapped')];

test('an order that went all the way', () => {
  const story = [...START, ROUTE, entry('allocated'), entry('fulfilment'), entry('sent', { state: 'sent' }), entry('receipt', { receipt: { status: 'accepted' } })];
  expect(told(story)).toBe('ddddddd');
  expect(stages(story, 0).map((s) => s.entry)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('waiting to be sent is neither done nor failed', () => {
  expect(told([...START, ROUTE, entry('allocated'), entry('fulfilment'), entry('sent', { state: 'waiting' })])).toBe('dddddwa');
});

test('short stock fails until it is allocated after all', () => {
  expect(told([...START, ROUTE, entry('short')])).toBe('dddfaaa');
  expect(told([...START, ROUTE, entry('short'), entry('allocated')])).toBe('ddddaaa');
});

test('a dead message and a refusal fail their stage', () => {
  const sent = [...START, ROUTE, entry('allocated'), entry('fulfilment')];
  expect(told([...sent, entry('sent', { state: 'dead' })])).toBe('dddddfa');
  expect(told([...sent, entry('sent', { state: 'sent' }), entry('receipt', { receipt: { ok: false } })])).toBe('ddddddf');
});

test('an open exception blocks the stage that should come next, and leads to it', () => {
  const story = [...START, entry('exception')];
  expect(stages(story, 1)[2]).toEqual({ stage: 'routed', state: 'failed', entry: 2 });
  expect(told(story, 0)).toBe('ddaaaaa');
});

test('no warehouse proposed fails the rules; one that lacks stock fails the stock', () => {
  expect(told([...START, entry('routed', { row: null, chosen: null, candidates: [] })])).toBe('ddfaaaa');
  expect(told([...START, entry('routed', { row: null, chosen: [{ role: 'hz' }] })])).toBe('dddaaaa');
  expect(told([...START, entry('routed', { row: null, chosen: null, candidates: [{ ok: false }] }), entry('short')])).toBe('dddfaaa');
});

test('a mailed alert and its receipt say nothing about the goods', () => {
  const alert = entry('sent', { state: 'sent', effect: 'alert.send', connection: 'mail' });
  const story = [...START, alert, entry('receipt', { connection: 'mail', receipt: { status: 'accepted' } })];
  expect(told(story)).toBe('ddaaaaa');
  const goods = [entry('sent', { state: 'sent', effect: 'fulfilment.create', connection: 'wms' }), entry('receipt', { connection: 'wms', receipt: {} })];
  expect(told([...story, ROUTE, entry('allocated'), entry('fulfilment'), ...goods])).toBe('ddddddd');
});

test('gaps are since the entry before and never negative', () => {
  const at = (s: number): Entry => entry('state', {}, new Date(Date.UTC(2026, 0, 1, 0, 0, s)).toISOString());
  expect(gaps([at(0), at(3), at(2)])).toEqual([null, 3000, 0]);
});

test.each([[{ receipt: { status: 'rejected' } }, true], [{ receipt: { ok: true } }, false], [{ receipt: null }, false], [null, false], ['x', false]])('%j refused: %s', (detail, is) => {
  expect(isRefusal(detail)).toBe(is);
});
