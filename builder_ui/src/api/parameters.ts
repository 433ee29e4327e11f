/** Parameters of a live blueprint: this company's values, changed without publishing. */

import { queryOptions } from '@tanstack/react-query';
import type { ParameterKind, ParameterValue } from '@/core/parameter';
import type { Bilingual } from '@/core/ruleDocument';
import { request } from './client';

export interface OwnParameter {
  readonly key: string;
  readonly title: Bilingual;
  readonly kind: ParameterKind;
  readonly default: ParameterValue;
  readonly value: ParameterValue;
  /** Set by this company; else the blueprint's own. */
  readonly own: boolean;
  readonly used_by: readonly Bilingual[];
}

export interface Parameters {
  /** What is live; a change says which it was made from. */
  readonly plan: string;
  readonly items: readonly OwnParameter[];
}

const at = (blueprint: string): string => `/blueprints/${encodeURIComponent(blueprint)}/parameters`;

export const parametersQuery = (blueprint: string) => queryOptions({
  queryKey: ['parameters', blueprint], queryFn: ({ signal }) => request<Parameters>('GET', at(blueprint), { signal }),
});

/** Null: the blueprint's own value again. */
export const setParameter = (blueprint: string, name: string, value: ParameterValue | null, plan: string): Promise<Parameters> =>
  request('PUT', `${at(blueprint)}/${encodeURIComponent(name)}`, { body: { value, plan } });
