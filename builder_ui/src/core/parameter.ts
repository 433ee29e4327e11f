/** Values of a blueprint's parameters, as people type them. */

import { fenOf, wholeOf, yuan } from './numbers';

export type ParameterKind = 'text' | 'integer' | 'money' | 'texts' | 'schedule';
export type ParameterValue = string | number | readonly string[] | { readonly daily_at: string };

/** What stands in the box: yuan, words separated by commas, a time of day or nothing for "at once". */
export function said(kind: ParameterKind, value: ParameterValue, sep: string): string {
  if (kind === 'money') return yuan(Number(value));
  if (typeof value === 'object') return 'daily_at' in value ? value.daily_at : value.join(sep);
  return kind === 'schedule' ? '' : String(value);
}

/** The value a text stands for; null if it is none. */
export function valueOf(kind: ParameterKind, text: string): ParameterValue | null {
  switch (kind) {
    case 'text': return text;
    case 'integer': return wholeOf(text);
    case 'money': return fenOf(text);
    case 'texts': return text.split(/[,，、;；]/).map((one) => one.trim()).filter(Boolean);
    case 'schedule': return text === '' ? 'at_once' : { daily_at: text };
  }
}
