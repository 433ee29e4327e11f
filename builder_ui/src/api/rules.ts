/** Blueprints as the rules screen reads and writes them. */

import { queryOptions } from '@tanstack/react-query';
import type { Kind } from '@/core/operators';
import type { Values } from '@/core/recordSample';
import type { Bilingual, Blueprint } from '@/core/ruleDocument';
import type { Spelling } from '@/core/logic/regions';
import type { Json } from '@/core/rule';
import type { Traced } from '@/core/trace';
import { request } from './client';

export interface BlueprintSummary {
  readonly key: string;
  readonly title: Bilingual;
  readonly revision: number;
  readonly live_version: number | null;
  readonly published_at: string | null;
  readonly differs: boolean;
}

export interface BlueprintDetail extends BlueprintSummary {
  readonly draft: Blueprint;
  /** What this company set; the others have their defaults. */
  readonly parameters: Readonly<Record<string, Json>>;
  /** Ids of its own models and fields that are live. */
  readonly stored_ids: readonly string[];
}

export interface Finding {
  readonly level: 'error' | 'warning' | 'note';
  readonly code: string;
  readonly where: string;
  /** The same place as people call it. */
  readonly place: Bilingual | null;
  readonly message: Bilingual;
  readonly how: Bilingual | null;
  readonly rows: readonly string[];
  /** An order made up to show it, in words. */
  readonly example: Bilingual | null;
}

export interface TriedRow {
  readonly id: string;
  readonly matched: boolean;
  readonly trace: Traced | null;
  readonly failed: string | null;
}

export interface TriedList {
  readonly id: string;
  readonly acting: readonly string[];
  readonly rows: readonly TriedRow[];
  /** The order as this list sees it. */
  readonly seen: Readonly<Record<string, unknown>>;
}

export interface Counted {
  readonly orders: number;
  readonly lists: readonly {
    readonly id: string;
    readonly matched: Readonly<Record<string, number>>;
    readonly acting: Readonly<Record<string, number>>;
    readonly none: number;
    readonly failed: number;
  }[];
}

export interface Version {
  readonly version: number;
  readonly note: string;
  readonly published_at: string;
  readonly published_by: string;
  readonly live: boolean;
}

export interface VocabularyField {
  readonly name: string;
  readonly kind: Kind;
  readonly title: Bilingual;
  readonly choices: readonly string[];
  readonly channels: Readonly<Record<string, string>>;
}

export interface FactWords {
  readonly name: string;
  readonly title: Bilingual;
  /** What its one number counts; none where it takes no number. */
  readonly unit: Bilingual | null;
  readonly default: number;
  readonly most: number;
}

export interface Vocabulary {
  readonly facts: readonly FactWords[];
  readonly order: readonly VocabularyField[];
  readonly line: readonly VocabularyField[];
  readonly regions: readonly string[];
  readonly spelling: Spelling;
  readonly region_sets: Readonly<Record<string, readonly string[]>>;
}

const at = (key: string, rest = ''): string => `/blueprints/${encodeURIComponent(key)}${rest}`;

export const blueprintsQuery = queryOptions({
  queryKey: ['blueprints'],
  queryFn: ({ signal }) => request<{ readonly items: readonly BlueprintSummary[] }>('GET', '/blueprints', { signal }),
});

export const vocabularyQuery = queryOptions({
  queryKey: ['vocabulary'],
  queryFn: ({ signal }) => request<Vocabulary>('GET', '/vocabulary', { signal }),
  staleTime: Infinity,
});

export function versionsQuery(key: string) {
  return queryOptions({
    queryKey: ['versions', key],
    queryFn: ({ signal }) => request<{ readonly items: readonly Version[] }>('GET', at(key, '/versions'), { signal }),
    staleTime: 0,
  });
}

export const loadBlueprint = (key: string): Promise<BlueprintDetail> => request('GET', at(key));

export const saveDraft = (
  key: string, document: Blueprint, revision: number,
): Promise<{ readonly revision: number; readonly findings: readonly Finding[] }> =>
  request('PUT', at(key, '/draft'), { body: { document, revision } });

export const checkDraft = (key: string, document: Blueprint): Promise<{ readonly findings: readonly Finding[] }> =>
  request('POST', at(key, '/check'), { body: { document } });

export const tryDraft = (
  key: string, document: Blueprint, order: string, signal: AbortSignal,
): Promise<{ readonly lists: readonly TriedList[] }> =>
  request('POST', at(key, '/try'), { body: { document, order_id: order }, signal });

interface OnRecord {
  readonly document: Blueprint;
  readonly list: string;
  readonly values: Values;
  /** Null for a new record. */
  readonly before: Values | null;
}

export const tryOnRecord = (key: string, body: OnRecord, signal: AbortSignal): Promise<{ readonly lists: readonly TriedList[] }> =>
  request('POST', at(key, '/try-record'), { body, signal });

export const countDraft = (key: string, document: Blueprint, signal: AbortSignal): Promise<Counted> =>
  request('POST', at(key, '/count'), { body: { document, limit: 1000 }, signal });

export const publishDraft = (key: string, note: string, revision: number): Promise<{ readonly version: number }> =>
  request('POST', at(key, '/publish'), { body: { note, revision } });

export const restoreVersion = (key: string, version: number): Promise<{ readonly version: number }> =>
  request('POST', at(key, '/restore'), { body: { version } });
