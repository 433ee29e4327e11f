import { Ban, Clock, CircleX, PackageCheck, Printer, PrinterCheck, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import type { LabelState } from '@/api/labels';
import { useWords } from '@/i18n';
import { Chip, type Tone } from '@/ui/Chips';

export const LABEL_LOOK: Readonly<Record<LabelState, { readonly tone: Tone; readonly icon: LucideIcon }>> = {
  waiting: { tone: 'blue', icon: Clock },
  refused: { tone: 'bad', icon: CircleX },
  ready: { tone: 'violet', icon: Printer },
  printed: { tone: 'good', icon: PrinterCheck },
  left: { tone: 'teal', icon: PackageCheck },
  cancelled: { tone: 'grey', icon: Ban },
};

export function LabelChip({ state }: { readonly state: LabelState }): ReactElement {
  const { t } = useWords();
  return <Chip {...LABEL_LOOK[state]}>{t(`lab.state.${state}`)}</Chip>;
}
