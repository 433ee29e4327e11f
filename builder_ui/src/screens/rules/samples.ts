/** Values of an order in the reader's words. */

import { formatMoney } from '@/core/money';
import type { Lexicon } from './names';

export function sayTotal(value: unknown, name: string, lexicon: Lexicon): string {
  const info = lexicon.field(name);
  if (typeof value === 'number') return info.kind === 'money' ? formatMoney(value) : String(value);
  if (typeof value === 'boolean') return lexicon.t(value ? 'rules.yes' : 'rules.no');
  if (Array.isArray(value)) return value.map((item) => sayTotal(item, name, lexicon)).join(lexicon.t('common.list_sep'));
  return typeof value === 'string' ? lexicon.choice(name, value) : lexicon.t('rules.say.empty');
}
