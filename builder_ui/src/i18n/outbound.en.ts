import type { zhOutbound } from './outbound.zh-CN';

export const enOutbound: Readonly<Record<keyof typeof zhOutbound, string>> = {
  'nav.outbound': 'Outbound',
  'outbound.title': 'Outbound lists',
  'outbound.failed': 'The outbound lists could not be read',
  'outbound.how': 'Made by itself after each hand-over time and never changed; one of how things stand can be made at any time.',
  'outbound.viewer': 'You may see the counts; downloads hold names and addresses and need the operator role.',
  'outbound.none': 'No outbound lists yet',
  'outbound.none_how': 'The next hand-over time brings one; or make one now.',
  'outbound.warehouse': 'Warehouse',
  'outbound.all': 'All warehouses',
  'outbound.day': 'Day',
  'outbound.make': 'Make one now',
  'outbound.made': 'List of {warehouse} for {day}: {n} {n|fulfilment|fulfilments}',
  'outbound.auto': 'Automatic',
  'outbound.asked': 'Made by {name}',
  'outbound.counts': '{count} {count|fulfilment|fulfilments} · {pieces} {pieces|piece|pieces}',
  'outbound.download': 'Download',
  'outbound.download_what': 'Download the outbound list of {warehouse} for {day}',
  'outbound.more': 'Earlier ones',
};
