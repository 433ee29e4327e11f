import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useMemo, type ReactElement, type ReactNode } from 'react';
import { vocabularyQuery, type FactWords, type Vocabulary, type VocabularyField } from '@/api/rules';
import type { Names } from '@/core/logic/own';
import type { About, Kind } from '@/core/operators';
import { ownFields, type Bilingual, type LiveTable, type NamedSet, type Parameter, type Role, type OwnField } from '@/core/ruleDocument';
import type { Names as SpokenNames } from '@/core/ruleSay';
import { recordFields, sightOf, type Sight } from '@/core/ruleTriggers';
import { known, useWords } from '@/i18n';
import { translator } from '@/i18n/translate';
import { useDraft } from './draft';
import { useList } from './view';

export interface FieldInfo extends About {
  readonly title: string;
  readonly known: boolean;
}

export interface Lexicon extends SpokenNames {
  /** What names in rules stand for, to work them out. */
  readonly meanings: Names;
  readonly field: (name: string) => FieldInfo;
  readonly order: readonly FieldInfo[];
  readonly own: readonly FieldInfo[];
  readonly facts: readonly FactWords[];
  readonly line: readonly FieldInfo[];
  readonly parameters: readonly Parameter[];
  readonly sets: readonly NamedSet[];
  /** Those whose values conditions can compare. */
  readonly tables: readonly LiveTable[];
  readonly warehouses: readonly Role[];
  readonly warehouse: (key: string) => string;
  readonly connections: readonly Role[];
  readonly alerts: readonly { readonly id: string; readonly title: Bilingual }[];
  readonly regions: readonly string[];
  readonly regionSets: Readonly<Record<string, readonly string[]>>;
  readonly say: (text: Bilingual) => string;
}

const Context = createContext<Lexicon | null>(null);

export function useLexicon(): Lexicon {
  const lexicon = useContext(Context);
  if (!lexicon) throw new Error('the rules screen provides its lexicon');
  return lexicon;
}

const CODES: Readonly<Record<string, string>> = {
  platform: 'platform', payment_state: 'pay', refund_state: 'after', delivery_state: 'delivery', courier: 'courier',
};
const EMPTY: readonly never[] = [];
const NO_WORDS: Vocabulary = { facts: [], order: [], line: [], regions: [], region_sets: {}, spelling: { provinces: {}, official_endings: [], place_endings: [] } };

/** A text for a document, which keeps both languages. */
export function bilingual(make: (t: ReturnType<typeof translator>, side: keyof Bilingual) => string): Bilingual {
  return { zh: make(translator('zh-CN'), 'zh'), en: make(translator('en'), 'en') };
}

function choicesOf(found: VocabularyField): readonly string[] {
  return found.name === 'platform' && found.choices.length === 0 ? PLATFORMS : found.choices;
}

const PLATFORMS = ['taobao', 'tmall', 'jd', 'pdd', 'douyin', 'wxshop', 'rest', 'kuaishou', 'xhs', 'shopify', 'file'];

function useVocabulary(): Vocabulary {
  return useQuery(vocabularyQuery).data ?? NO_WORDS;
}

type Say = Pick<Lexicon, 't' | 'say'>;

const infoOf = (field: OwnField, say: Say['say']): FieldInfo =>
  ({ name: field.key, kind: field.kind, title: say(field.title), choices: field.choices ?? [], known: true });

/** The fields of the record a list looks at; of one that changed also those it had before. */
function recordInfos(sight: Sight, fields: readonly OwnField[], { t, say }: Say): readonly FieldInfo[] {
  const now = fields.map((field) => infoOf(field, say));
  if (sight !== 'change') return now;
  const before = now.map((field) => ({ ...field, name: `old.${field.name}`, title: t('records.before', { field: field.title }) }));
  return [...now, ...before, { name: 'created', kind: 'yes_no', title: t('records.created'), choices: [], known: true }];
}

export function LexiconProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const { t, say } = useWords();
  const words = useVocabulary();
  const parameters = useDraft((s) => s.history.now.parameters ?? EMPTY);
  const sets = useDraft((s) => s.history.now.sets ?? EMPTY);
  const tables = useDraft((s) => s.history.now.tables ?? EMPTY);
  const roles = useDraft((s) => s.history.now.roles ?? EMPTY);
  const models = useDraft((s) => s.history.now.models ?? EMPTY);
  const alerts = useDraft((s) => s.history.now.alerts ?? EMPTY);
  const values = useDraft((s) => s.parameters);
  const list = useList();
  const sight = sightOf(list);
  const fields = recordFields(list, models);
  const meanings = useMemo((): Names => ({
    parameters: { ...Object.fromEntries(parameters.map((p) => [p.key, p.default])), ...values },
    sets: Object.fromEntries(sets.map((one) => [one.key, one.values])),
    tables: {},
    regions: { ...words.spelling, sets: words.region_sets },
  }), [parameters, values, sets, words]);
  const lexicon = useMemo((): Lexicon => {
    const info = (found: VocabularyField): FieldInfo =>
      ({ name: found.name, kind: found.kind, title: say(found.title), choices: choicesOf(found), known: true });
    const orders = sight === 'order';
    const now = { name: 'now', kind: 'instant' as const, title: t('records.now'), choices: [], known: true };
    const order = [...(orders ? words.order.map(info) : []), now];
    const line = orders ? words.line.map(info) : [];
    const own = orders ? ownFields({ key: '', models }).map((entry) => infoOf(entry, say)) : recordInfos(sight, fields, { t, say });
    const all = new Map([...line, ...own, ...order].map((entry) => [entry.name, entry]));
    const title = (entries: readonly { readonly key: string; readonly title: Bilingual }[], key: string): string => {
      const found = entries.find((entry) => entry.key === key);
      return found ? say(found.title) : key;
    };
    return {
      t, say, meanings, order, own, line, parameters, sets, alerts, tables: tables.filter(({ values: kind }) => kind !== 'couriers'), regions: words.regions, regionSets: words.region_sets,
      warehouses: roles.filter((role) => role.kind === 'warehouse'),
      warehouse: (key) => title(roles, key),
      connections: roles.filter((role) => role.kind === 'connection'),
      parameter: (key) => title(parameters, key),
      set: (key) => title(sets, key),
      table: (key) => {
        const kind = tables.find((one) => one.key === key)?.values;
        return { name: '', kind: kind && kind !== 'couriers' ? kind : 'text', choices: [], title: title(tables, key) };
      },
      facts: orders ? words.facts : EMPTY,
      fact: (name, argument) => {
        const found = words.facts.find((one) => one.name === name);
        const span = found?.unit && argument !== null ? t('rules.fact_span', { n: argument, unit: say(found.unit) }) : '';
        return found ? [say(found.title), span].filter(Boolean).join(' ') : name;
      },
      field: (name) => all.get(name) ?? { name, kind: 'text' as Kind, title: t('rules.unknown_field', { name }), choices: [], known: false },
      choice: (name, value) => {
        const prefix = CODES[name];
        const key = prefix ? known(prefix, value) : null;
        if (key) return t(key as 'rules.yes');
        return value.startsWith('@') ? value.slice(1) : value;
      },
    };
  }, [t, say, words, meanings, parameters, sets, tables, roles, models, alerts, sight, fields]);
  return <Context.Provider value={lexicon}>{children}</Context.Provider>;
}
