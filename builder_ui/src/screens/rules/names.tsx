import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useMemo, type ReactElement, type ReactNode } from 'react';
import { vocabularyQuery, type FactWords, type Vocabulary, type VocabularyField } from '@/api/rules';
import type { Names } from '@/core/logic/own';
import type { About, Kind } from '@/core/operators';
import type { Bilingual, LiveTable, NamedSet, Parameter, Role } from '@/core/ruleDocument';
import type { Names as SpokenNames } from '@/core/ruleSay';
import { known, useWords } from '@/i18n';
import { translator } from '@/i18n/translate';
import { useDraft } from './draft';

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
  const meanings = useMemo((): Names => ({
    parameters: { ...Object.fromEntries(parameters.map((p) => [p.key, p.default])), ...values },
    sets: Object.fromEntries(sets.map((one) => [one.key, one.values])),
    tables: {},
    regions: { ...words.spelling, sets: words.region_sets },
  }), [parameters, values, sets, words]);
  const lexicon = useMemo((): Lexicon => {
    const info = (found: VocabularyField): FieldInfo =>
      ({ name: found.name, kind: found.kind, title: say(found.title), choices: choicesOf(found), known: true });
    const [order, line] = [words.order.map(info), words.line.map(info)];
    const own = models.flatMap((model) => model.fields).map((entry): FieldInfo =>
      ({ name: entry.key, kind: entry.kind, title: say(entry.title), choices: entry.choices ?? [], known: true }));
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
      facts: words.facts,
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
  }, [t, say, words, meanings, parameters, sets, tables, roles, models, alerts]);
  return <Context.Provider value={lexicon}>{children}</Context.Provider>;
}
