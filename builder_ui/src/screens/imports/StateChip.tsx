import { CircleCheck, CirclePause, CircleX, Clock, FileClock, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import type { FileImport, ImportState } from '@/api/imports';
import { useWords } from '@/i18n';
import { Chip, type Tone } from '@/ui/Chips';

const LOOK: Readonly<Record<ImportState, readonly [Tone, LucideIcon]>> = {
  uploaded: ['grey', FileClock],
  waiting: ['blue', Clock],
  running: ['blue', LoaderCircle],
  done: ['good', CircleCheck],
  failed: ['bad', CircleX],
  stopped: ['warn', CirclePause],
};

/** How far an import is; one that is through but left records out says so. */
export function ImportChip({ of: { state, counts } }: { readonly of: FileImport }): ReactElement {
  const { t } = useWords();
  const [tone, icon] = LOOK[state];
  const flawed = state === 'done' && counts.failed > 0;
  return <Chip tone={flawed ? 'warn' : tone} icon={icon}>{t(flawed ? 'imports.flawed' : `imports.state.${state}`)}</Chip>;
}
