import { ApiError } from '@/api/client';

/** What the server has against one of a form's fields. */
export function faultsOf(error: unknown): (field: string) => string | null {
  const problem = error instanceof ApiError ? error.problem : null;
  return (field) => {
    if (!problem) return null;
    const own = problem.errors.find((e) => e.field === field)?.message;
    return own ?? (problem.where === field ? [problem.message, problem.how].filter(Boolean).join(' ') : null);
  };
}
